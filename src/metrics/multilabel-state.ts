import { OnwardError, show } from "../core/errors.ts";
import type { ClassCounts } from "./class-counts.ts";

/**
 * Counts, for each label of a multilabel task, how often it was there, predicted, and both. A sample has any number of
 * labels. The reads of a confusion state's counts read these counts too: `precision`, `recall`, `fBeta`, `specificity`,
 * `jaccard`.
 *
 * @example
 * ```ts
 * import { fBeta, MultilabelState } from "onward/metrics";
 * const state = new MultilabelState(2);
 * state.add({ labels: [1, 0, 1, 1], predictions: [1, 0, 0, 1] }); // two samples of two labels
 * fBeta(state.counts()).perClass; // [0.666..., 1]
 * ```
 */
export class MultilabelState {
  readonly labels: number;
  readonly #counts: ClassCounts;
  #samples = 0;
  #exact = 0;

  /** @throws OnwardError `usage` when `labels` is not an integer of at least 1 */
  constructor(labels: number) {
    if (!Number.isSafeInteger(labels) || labels < 1) {
      throw new OnwardError("usage", { expected: "labels to be an integer of at least 1", got: show(labels) });
    }
    this.labels = labels;
    this.#counts = {
      correct: new Float64Array(labels),
      support: new Float64Array(labels),
      predicted: new Float64Array(labels),
      total: 0,
    };
  }

  /**
   * Adds samples: `labels` and `predictions` are 0 or 1, row-major, [samples, labels]. Predictions may be scores, which say
   * "there" above the threshold.
   *
   * @throws OnwardError `data` when lengths do not fit or a label is neither 0 nor 1
   */
  add(batch: { labels: ArrayLike<number>; predictions: ArrayLike<number>; threshold?: number }): void {
    const { labels, predictions, threshold = 0.5 } = batch;
    if (labels.length !== predictions.length || labels.length % this.labels !== 0) {
      throw new OnwardError("data", {
        expected: `labels and predictions of ${this.labels} a sample`,
        got: `${labels.length} and ${predictions.length}`,
      });
    }
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === 0 || labels[i] === 1) continue;
      const where = `sample ${Math.floor(i / this.labels)}, label ${i % this.labels}`;
      throw new OnwardError("data", { expected: "label to be 0 or 1", got: show(labels[i]), where });
    }
    const { correct, support, predicted } = this.#counts;
    for (let first = 0; first < labels.length; first += this.labels) {
      let same = true;
      for (let k = 0; k < this.labels; k++) {
        const there = labels[first + k] === 1;
        const said = (predictions[first + k] as number) > threshold;
        if (there) support[k] = (support[k] as number) + 1;
        if (said) predicted[k] = (predicted[k] as number) + 1;
        if (there && said) correct[k] = (correct[k] as number) + 1;
        if (there !== said) same = false;
      }
      this.#samples++;
      if (same) this.#exact++;
    }
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: MultilabelState): void {
    if (other.labels !== this.labels) {
      throw new OnwardError("data", { expected: `a state of ${this.labels} labels`, got: String(other.labels) });
    }
    for (const name of ["correct", "support", "predicted"] as const) {
      const [ours, theirs] = [this.#counts[name], other.#counts[name]];
      for (let k = 0; k < this.labels; k++) ours[k] = (ours[k] as number) + (theirs[k] as number);
    }
    this.#samples += other.#samples;
    this.#exact += other.#exact;
  }

  /** What the reads need, in samples. */
  counts(): ClassCounts {
    return { ...this.#counts, total: this.#samples };
  }

  /** The part of the samples whose labels are all as predicted (subset accuracy); undefined without samples. */
  subsetAccuracy(): number | undefined {
    return this.#samples === 0 ? undefined : this.#exact / this.#samples;
  }

  toJSON(): { labels: number; samples: number; exact: number; counts: [number, number, number][] } {
    const { correct, support, predicted } = this.#counts;
    const counts = Array.from(correct, (value, k): [number, number, number] => [
      value,
      support[k] as number,
      predicted[k] as number,
    ]);
    return { labels: this.labels, samples: this.#samples, exact: this.#exact, counts };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): MultilabelState {
    const { labels, samples, exact, counts } = (json ?? {}) as Record<string, unknown>;
    const rows = Array.isArray(counts) ? (counts as unknown[]) : [];
    const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
    const sound = rows.every((row) => Array.isArray(row) && row.length === 3 && row.every(isCount));
    if (!sound || rows.length !== labels || !isCount(samples) || !isCount(exact)) {
      throw new OnwardError("data", { expected: "the state of a multilabel task", got: show(json) });
    }
    const state = new MultilabelState(labels);
    state.#samples = samples as number;
    state.#exact = exact as number;
    for (const [k, row] of (rows as [number, number, number][]).entries()) {
      [state.#counts.correct[k], state.#counts.support[k], state.#counts.predicted[k]] = row;
    }
    return state;
  }
}
