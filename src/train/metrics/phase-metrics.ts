import { OnwardError } from "../../core/index.ts";
import type { Metric, MetricState } from "./metric.ts";
import { ScoredSamples, type MetricSamples } from "./scored-samples.ts";

/** The metrics of one phase. */
export class PhaseMetrics {
  readonly #metrics: readonly Metric[];
  readonly #kept: Readonly<Record<string, unknown>>;
  readonly #scored = new ScoredSamples();
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
    const batch = this.#scored.of(samples);
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

  /** Frees what they hold; nothing is asked of them afterwards. */
  release(): void {
    for (const [, state] of this.#states) state.release?.();
    this.#states = [];
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#states.map(([name, state]) => [name, state.toJSON()]));
  }
}
