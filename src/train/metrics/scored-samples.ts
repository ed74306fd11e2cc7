import { integerView, type IntegerView } from "../../metrics/integer-view.ts";
import { type Floats, type Labels, probabilityRows, type ScoreKind } from "../../metrics/index.ts";
import type { MetricBatch } from "./metric.ts";

/** The samples of a batch, as they came out of a step. */
export interface MetricSamples {
  readonly scores: Floats;
  /** [samples, classes]. */
  readonly dims: readonly number[];
  readonly labels: Labels;
  readonly ignoreIndex?: number;
  readonly kind: ScoreKind;
}

/** Arrays that hold what one batch needs. */
class Memory {
  readonly samples: number;
  readonly classes: number;
  readonly rows: Uint32Array;
  readonly labels: Int32Array;
  readonly scores: Float64Array;
  readonly predictions: Int32Array;
  readonly probabilities: Float64Array;
  readonly normalisers: Float64Array;

  /** @param of - takes the first rows of these arrays, in place of new ones */
  constructor(samples: number, classes: number, of?: Memory) {
    this.samples = samples;
    this.classes = classes;
    this.rows = of?.rows.subarray(0, samples) ?? new Uint32Array(samples);
    this.labels = of?.labels.subarray(0, samples) ?? new Int32Array(samples);
    this.scores = of?.scores.subarray(0, samples * classes) ?? new Float64Array(samples * classes);
    this.predictions = of?.predictions.subarray(0, samples) ?? new Int32Array(samples);
    this.probabilities = of?.probabilities.subarray(0, samples * classes) ?? new Float64Array(samples * classes);
    this.normalisers = of?.normalisers.subarray(0, samples) ?? new Float64Array(samples);
  }
}

/**
 * Puts the samples of batch after batch as metrics take them, in the same memory: of a batch as small as most are, fresh arrays would
 * take as much as all parameters do.
 */
export class ScoredSamples {
  #memory = new Memory(0, 1);
  /** The first rows of it: as many as the last batch had. */
  #part = this.#memory;

  /** The samples of one batch that are scored; what was given for the batch before is written over. */
  of({ scores: all, dims, labels: given, ignoreIndex, kind }: MetricSamples): MetricBatch {
    const classes = dims[1] ?? 1;
    const memory = this.#room(given.length, classes);
    const view = integerView(given, "labels");
    const count = keptRows(memory.rows, view, given.length, ignoreIndex);
    const part = this.#partOf(memory, count);
    const { labels, scores, predictions } = part;
    for (let i = 0; i < count; i++) {
      const row = memory.rows[i] as number;
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
        return (probabilities ??= probabilitiesOf(part, kind));
      },
    };
  }

  #room(samples: number, classes: number): Memory {
    if (this.#memory.samples < samples || this.#memory.classes !== classes)
      this.#part = this.#memory = new Memory(samples, classes);
    return this.#memory;
  }

  #partOf(memory: Memory, samples: number): Memory {
    if (this.#part.samples !== samples) this.#part = new Memory(samples, memory.classes, memory);
    return this.#part;
  }
}

function probabilitiesOf({ classes, scores, rows, probabilities, normalisers }: Memory, kind: ScoreKind): Float64Array {
  probabilityRows(scores, classes, kind, probabilities, normalisers, (row) => `sample ${rows[row] ?? 0} of a batch`);
  return probabilities;
}

/** Finds the rows whose label is not the ignored one, and returns how many. */
function keptRows(
  rows: Uint32Array,
  { values, start, stride }: IntegerView,
  length: number,
  ignoreIndex: number | undefined,
): number {
  let count = 0;
  for (let row = 0; row < length; row++) if (values[start + row * stride] !== ignoreIndex) rows[count++] = row;
  return count;
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
