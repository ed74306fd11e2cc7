/**
 * The samples of one batch that are scored: those with an ignored label are left out. The arrays are the batch's until `add` returns;
 * what a metric wants to keep of them, it copies.
 */
export interface MetricBatch {
  readonly classes: number;
  /** The model's scores, row-major, [samples, classes]. */
  readonly scores: Float64Array;
  /** The true class of each sample. */
  readonly labels: Int32Array;
  /** The class with the highest score, ties to the lowest; -1 where a score is NaN. */
  readonly predictions: Int32Array;
  /** The scores as probabilities: the float64 softmax of logits. Computed when first asked for. */
  readonly probabilities: Float64Array;
}

/** What a metric has counted of a phase so far. */
export interface MetricState {
  add(batch: MetricBatch): void;
  /** The metric; undefined where it has no value, as an area of one class alone. */
  read(): number | undefined;
  /** What it has counted, as JSON; also with a `Float64Array` or `Int32Array`, as which it comes back. A checkpoint keeps it. */
  toJSON(): unknown;
  /** Frees what it holds, after the phase; nothing is asked of it afterwards. For one that keeps much. */
  release?(): void;
}

/**
 * A number of a phase besides its loss and accuracy; reports have it under `metrics`, by its name. Count and sum in the state, and
 * divide in `read`, once: then it does not depend on the batches.
 */
export interface Metric {
  readonly name: string;
  /**
   * Begins a phase.
   *
   * @param kept - what `toJSON` gave, where a resumed run goes on within the phase
   */
  start(classes: number, kept?: unknown): MetricState;
}
