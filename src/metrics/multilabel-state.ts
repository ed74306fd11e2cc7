import { OnwardError, show } from "../core/errors.ts";
import { checkLabelCount, checkMultilabel } from "./check-multilabel.ts";
import type { ClassCounts } from "./class-counts.ts";
import { ExactSum, type ExactSumJson } from "./exact-sum.ts";

const names = ["correct", "support", "predicted"] as const;

/** What the counts are in weight, once there are weights: exact sums. */
interface Weights {
  readonly perLabel: readonly Record<(typeof names)[number], ExactSum>[];
  readonly total: ExactSum;
  readonly exact: ExactSum;
}

/** A multilabel state as JSON: of each label how often it was there and predicted, there, and predicted. */
export interface MultilabelJson {
  readonly labels: number;
  readonly samples: number;
  readonly exact: number;
  readonly counts: readonly (readonly [correct: number, support: number, predicted: number])[];
  readonly weights?: {
    readonly total: ExactSumJson;
    readonly exact: ExactSumJson;
    readonly perLabel: readonly (readonly [correct: ExactSumJson, support: ExactSumJson, predicted: ExactSumJson])[];
  };
}

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
  #weights: Weights | undefined;

  /** @throws OnwardError `usage` when `labels` is not an integer of at least 1 */
  constructor(labels: number) {
    checkLabelCount(labels);
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
   * "there" above the threshold. Samples weigh 1 each when `weights` is absent.
   *
   * @throws OnwardError `data` when lengths do not fit, a label is neither 0 nor 1, or a weight is not at least 0
   */
  add(batch: {
    readonly labels: ArrayLike<number>;
    readonly predictions: ArrayLike<number>;
    readonly threshold?: number;
    readonly weights?: ArrayLike<number>;
  }): void {
    const { labels, predictions, threshold = 0.5, weights } = batch;
    checkMultilabel(this.labels, "predictions", labels, predictions, weights);
    if (weights !== undefined) this.#startWeights();
    const { correct, support, predicted } = this.#counts;
    for (let first = 0, sample = 0; first < labels.length; first += this.labels, sample++) {
      const weight = weights?.[sample] ?? 1;
      let same = true;
      for (let k = 0; k < this.labels; k++) {
        const there = labels[first + k] === 1;
        const said = (predictions[first + k] as number) > threshold;
        if (there) support[k] = (support[k] as number) + 1;
        if (said) predicted[k] = (predicted[k] as number) + 1;
        if (there && said) correct[k] = (correct[k] as number) + 1;
        if (there !== said) same = false;
        const sums = this.#weights?.perLabel[k];
        if (there) sums?.support.add(weight);
        if (said) sums?.predicted.add(weight);
        if (there && said) sums?.correct.add(weight);
      }
      this.#samples++;
      if (same) this.#exact++;
      this.#weights?.total.add(weight);
      if (same) this.#weights?.exact.add(weight);
    }
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: MultilabelState): void {
    if (other.labels !== this.labels) {
      throw new OnwardError("data", { expected: `a state of ${this.labels} labels`, got: String(other.labels) });
    }
    if (other.#weights !== undefined) this.#startWeights();
    if (this.#weights !== undefined) {
      const theirs = other.#weights ?? weightsOf(other.#counts, other.#samples, other.#exact);
      this.#weights.total.merge(theirs.total);
      this.#weights.exact.merge(theirs.exact);
      for (const [k, sums] of theirs.perLabel.entries()) {
        for (const name of names) this.#weights.perLabel[k]?.[name].merge(sums[name]);
      }
    }
    for (const name of names) {
      const [ours, theirs] = [this.#counts[name], other.#counts[name]];
      for (let k = 0; k < this.labels; k++) ours[k] = (ours[k] as number) + (theirs[k] as number);
    }
    this.#samples += other.#samples;
    this.#exact += other.#exact;
  }

  /** What the reads need, in weight where there are weights, else in samples. */
  counts(): ClassCounts {
    const weights = this.#weights;
    if (weights === undefined) return { ...this.#counts, total: this.#samples };
    const read = (name: (typeof names)[number]) => Float64Array.from(weights.perLabel, (sums) => sums[name].value());
    return {
      correct: read("correct"),
      support: read("support"),
      predicted: read("predicted"),
      total: weights.total.value(),
    };
  }

  /** The part of the samples whose labels are all as predicted (subset accuracy); undefined without samples or weight. */
  subsetAccuracy(): number | undefined {
    if (this.#weights !== undefined) {
      return this.#weights.total.value() === 0 ? undefined : this.#weights.exact.dividedBy(this.#weights.total);
    }
    return this.#samples === 0 ? undefined : this.#exact / this.#samples;
  }

  toJSON(): MultilabelJson {
    const weights = this.#weights;
    const counts = Array.from({ length: this.labels }, (_, k) => {
      const [correct = 0, support = 0, predicted = 0] = names.map((name) => this.#counts[name][k] ?? 0);
      return [correct, support, predicted] as const;
    });
    return {
      labels: this.labels,
      samples: this.#samples,
      exact: this.#exact,
      counts,
      ...(weights !== undefined && {
        weights: {
          total: weights.total.toJSON(),
          exact: weights.exact.toJSON(),
          perLabel: weights.perLabel.map(
            ({ correct, support, predicted }) => [correct.toJSON(), support.toJSON(), predicted.toJSON()] as const,
          ),
        },
      }),
    };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): MultilabelState {
    const { labels, samples, exact, counts, weights } = (json ?? {}) as Record<string, unknown>;
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
    if (weights !== undefined) {
      const { total, exact: right, perLabel } = weights as Record<string, unknown>;
      const sums = Array.isArray(perLabel) ? (perLabel as unknown[][]) : [];
      state.#weights = {
        total: ExactSum.fromJSON(total),
        exact: ExactSum.fromJSON(right),
        perLabel: rows.map((_, k) => ({
          correct: ExactSum.fromJSON(sums[k]?.[0]),
          support: ExactSum.fromJSON(sums[k]?.[1]),
          predicted: ExactSum.fromJSON(sums[k]?.[2]),
        })),
      };
    }
    return state;
  }

  /** From the first weight on, weights are kept; the samples before it had 1 each. */
  #startWeights(): void {
    this.#weights ??= weightsOf(this.#counts, this.#samples, this.#exact);
  }
}

function weightsOf(counts: ClassCounts, samples: number, exact: number): Weights {
  const sumOf = (count: number | undefined) => {
    const sum = new ExactSum();
    sum.add(count ?? 0);
    return sum;
  };
  const perLabel = Array.from(counts.support, (_, k) => ({
    correct: sumOf(counts.correct[k]),
    support: sumOf(counts.support[k]),
    predicted: sumOf(counts.predicted[k]),
  }));
  return { perLabel, total: sumOf(samples), exact: sumOf(exact) };
}
