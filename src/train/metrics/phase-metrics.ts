import { OnwardError } from "../../core/index.ts";
import { integerView, type IntegerView } from "../../metrics/integer-view.ts";
import { type Floats, type Labels, probabilityRows, type ScoreKind } from "../../metrics/index.ts";
import type { Metric, MetricBatch, MetricState } from "./metric.ts";

/** The samples of a batch, as they came out of a step. */
export interface MetricSamples {
  readonly scores: Floats;
  /** [samples, classes]. */
  readonly dims: readonly number[];
  readonly labels: Labels;
  readonly ignoreIndex?: number;
  readonly kind: ScoreKind;
}

/** The metrics of one phase. */
export class PhaseMetrics {
  readonly #metrics: readonly Metric[];
  readonly #kept: Readonly<Record<string, unknown>>;
  #states: (readonly [name: string, state: MetricState])[] = [];

  /** @param kept - what `toJSON` gave, where a resumed run goes on within the phase */
  constructor(metrics: readonly Metric[], kept: Readonly<Record<string, unknown>> = {}) {
    this.#metrics = metrics;
    this.#kept = kept;
  }

  /** Adds a batch. @throws OnwardError `usage` when there is more than one score a class and sample */
  add(samples: MetricSamples): void {
    const { dims } = samples;
    if (dims.length !== 2) {
      throw new OnwardError("usage", {
        expected: "metrics of models with scores of shape [samples, classes]",
        got: `[${dims.join(", ")}]`,
      });
    }
    const batch = scoredSamples(samples);
    if (this.#states.length === 0) {
      this.#states = this.#metrics.map((metric) => [metric.name, metric.start(batch.classes, this.#kept[metric.name])]);
    }
    for (const [, state] of this.#states) state.add(batch);
  }

  /** The metrics that have a value. */
  read(): Record<string, number> {
    return Object.fromEntries(
      this.#states.flatMap(([name, state]) => {
        const value = state.read();
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#states.map(([name, state]) => [name, state.toJSON()]));
  }
}

function scoredSamples({ scores: all, dims, labels: given, ignoreIndex, kind }: MetricSamples): MetricBatch {
  const [, classes = 1] = dims;
  const view = integerView(given, "labels");
  const kept = keptRows(view, given.length, ignoreIndex);
  const labels = new Int32Array(kept.length);
  const scores = new Float64Array(kept.length * classes);
  const predictions = new Int32Array(kept.length);
  for (let i = 0; i < kept.length; i++) {
    const row = kept[i] as number;
    labels[i] = view.values[view.start + row * view.stride] as number;
    for (let k = 0; k < classes; k++) scores[i * classes + k] = all[row * classes + k] as number;
    predictions[i] = highest(scores, i * classes, classes);
  }
  let probabilities: Float64Array | undefined;
  return {
    classes,
    scores,
    labels,
    predictions,
    get probabilities() {
      if (probabilities === undefined) {
        probabilities = new Float64Array(scores.length);
        const normalisers = new Float64Array(kept.length);
        probabilityRows(
          scores,
          classes,
          kind,
          probabilities,
          normalisers,
          (row) => `sample ${kept[row] ?? 0} of a batch`,
        );
      }
      return probabilities;
    },
  };
}

/** The rows whose label is not the ignored one. */
function keptRows(
  { values, start, stride }: IntegerView,
  length: number,
  ignoreIndex: number | undefined,
): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (values[start + row * stride] !== ignoreIndex) rows[count++] = row;
  return rows.subarray(0, count);
}

/** The class with the highest score, ties to the lowest; -1 where a score is NaN. */
function highest(scores: Float64Array, first: number, classes: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) {
    const score = scores[first + k] as number;
    if (Number.isNaN(score)) return -1;
    if (score > (scores[first + best] as number)) best = k;
  }
  return best;
}
