import { OnwardError, show } from "../core/errors.ts";
import type { ClassCounts } from "./class-counts.ts";
import { CountGrid } from "./count-grid.ts";
import { ExactSum, type ExactSumJson } from "./exact-sum.ts";
import { integerView, type Labels } from "./integer-view.ts";

/** Decided samples for a confusion state. */
export interface ConfusionBatch {
  /** The true class of each sample. */
  readonly labels: Labels;
  /** The class that was predicted for it. */
  readonly predictions: Labels;
  /** Each sample's weight, at least 0; 1 each when absent. */
  readonly weights?: ArrayLike<number>;
  /** The label of samples to leave out. */
  readonly ignoreIndex?: number;
}

/** A confusion state as JSON: the cells that are not zero, and the weights where there are any. */
export interface ConfusionJson {
  readonly classes: number;
  readonly cells: readonly (readonly [label: number, prediction: number, count: number])[];
  /** Samples of each class for which nothing was predicted, if there are any. */
  readonly undecided?: readonly number[];
  readonly weights?: readonly (readonly [correct: ExactSumJson, support: ExactSumJson, predicted: ExactSumJson])[];
}

interface WeightSums {
  readonly correct: ExactSum;
  readonly support: ExactSum;
  readonly predicted: ExactSum;
}

/**
 * Counts which class was predicted for samples of which class. Rows are true labels. With weights, the sums that the
 * reads need are kept as well, exactly.
 *
 * Read it by `precision`, `recall`, `fBeta`, `specificity`, `jaccard`, `balancedAccuracy`, `cohensKappa`, `matthews`.
 *
 * @example
 * ```ts
 * import { ConfusionState, precision } from "onward/metrics";
 * const state = new ConfusionState(3);
 * state.add({ labels: [0, 1, 2, 2], predictions: [0, 2, 2, 2] });
 * state.matrix(); // [[1, 0, 0], [0, 0, 1], [0, 0, 2]]
 * precision(state.counts()).macro; // (1 + 0 + 2/3) / 3
 * ```
 */
export class ConfusionState {
  readonly classes: number;
  readonly #grid: CountGrid;
  /** Samples of each class for which nothing was predicted: they have support, and no cell. */
  readonly #undecided: Float64Array;
  #weights: WeightSums[] | undefined;

  /** @throws OnwardError `usage` when `classes` is not an integer of at least 1 */
  constructor(classes: number) {
    if (!Number.isSafeInteger(classes) || classes < 1) {
      throw new OnwardError("usage", { expected: "classes to be an integer of at least 1", got: show(classes) });
    }
    this.classes = classes;
    this.#grid = new CountGrid(classes);
    this.#undecided = new Float64Array(classes);
  }

  /** @throws OnwardError `data` when lengths differ, or a label, prediction or weight is impossible */
  add({ labels, predictions, weights, ignoreIndex }: ConfusionBatch): void {
    const length = labels.length;
    if (predictions.length !== length || (weights !== undefined && weights.length !== length)) {
      throw new OnwardError("data", { expected: `${length} predictions and weights, one a label` });
    }
    const [truth, guess] = [integerView(labels, "labels"), integerView(predictions, "predictions")];
    const at = (i: number, { values, start, stride }: typeof truth) => values[start + i * stride] as number;
    for (let i = 0; i < length; i++) {
      const label = at(i, truth);
      if (label === ignoreIndex) continue;
      this.#check(label, "label", i);
      this.#check(at(i, guess), "prediction", i);
      if (weights !== undefined && !((weights[i] as number) >= 0)) {
        throw new OnwardError("data", {
          expected: "weight to be at least 0",
          got: show(weights[i]),
          where: `sample ${i}`,
        });
      }
    }
    if (weights !== undefined) this.#startWeights();
    for (let i = 0; i < length; i++) {
      const label = at(i, truth);
      if (label !== ignoreIndex) this.addOne(label, at(i, guess), weights?.[i]);
    }
  }

  /**
   * Adds one sample that is known to be in range; for loops that have checked. A prediction of -1 says that nothing could
   * be predicted: the sample has support, and is never correct.
   */
  addOne(label: number, prediction: number, weight?: number): void {
    if (weight !== undefined) this.#startWeights();
    if (prediction < 0) this.#undecided[label] = (this.#undecided[label] as number) + 1;
    else this.#grid.add(label, prediction);
    if (this.#weights !== undefined) this.#addWeight(label, prediction, weight ?? 1);
  }

  #addWeight(label: number, prediction: number, weight: number): void {
    this.#weights?.[label]?.support.add(weight);
    this.#weights?.[prediction]?.predicted.add(weight);
    if (label === prediction) this.#weights?.[label]?.correct.add(weight);
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: ConfusionState): void {
    if (other.classes !== this.classes) {
      throw new OnwardError("data", { expected: `a state of ${this.classes} classes`, got: String(other.classes) });
    }
    if (other.#weights !== undefined) this.#startWeights();
    for (const [label, prediction, count] of other.#grid.entries()) {
      this.#grid.add(label, prediction, count);
      if (this.#weights !== undefined && other.#weights === undefined) this.#addWeight(label, prediction, count);
    }
    other.#undecided.forEach((count, label) => {
      this.#undecided[label] = (this.#undecided[label] as number) + count;
      if (this.#weights !== undefined && other.#weights === undefined) this.#weights[label]?.support.add(count);
    });
    other.#weights?.forEach((theirs, k) => {
      const ours = this.#weights?.[k];
      ours?.correct.merge(theirs.correct);
      ours?.support.merge(theirs.support);
      ours?.predicted.merge(theirs.predicted);
    });
  }

  /** The matrix of counts; rows are true labels, columns predictions. */
  matrix(): number[][] {
    const indices = Array.from({ length: this.classes }, (_, k) => k);
    return indices.map((row) => indices.map((column) => this.#grid.at(row, column)));
  }

  /** The cells that are not zero, by row and then column. */
  cells(): [label: number, prediction: number, count: number][] {
    return this.#grid.entries();
  }

  /** Whether any sample had a weight. */
  get weighted(): boolean {
    return this.#weights !== undefined;
  }

  /** What the reads need, in weight where there are weights, else in rows. */
  counts(): ClassCounts {
    if (this.#weights === undefined) return this.rowCounts();
    const total = new ExactSum();
    for (const { support } of this.#weights) total.merge(support);
    const read = (name: keyof WeightSums) => Float64Array.from(this.#weights ?? [], (sums) => sums[name].value());
    return { correct: read("correct"), support: read("support"), predicted: read("predicted"), total: total.value() };
  }

  /** What the reads need, in rows. */
  rowCounts(): ClassCounts {
    const [correct, support, predicted] = [0, 0, 0].map(() => new Float64Array(this.classes)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    support.set(this.#undecided);
    let total = this.#undecided.reduce((sum, count) => sum + count, 0);
    for (const [label, prediction, count] of this.#grid.entries()) {
      support[label] = (support[label] as number) + count;
      predicted[prediction] = (predicted[prediction] as number) + count;
      if (label === prediction) correct[label] = count;
      total += count;
    }
    return { correct, support, predicted, total };
  }

  toJSON(): ConfusionJson {
    return {
      classes: this.classes,
      cells: this.#grid.entries(),
      ...(this.#undecided.some((count) => count > 0) ? { undecided: [...this.#undecided] } : {}),
      ...(this.#weights === undefined
        ? {}
        : {
            weights: this.#weights.map(
              ({ correct, support, predicted }) => [correct.toJSON(), support.toJSON(), predicted.toJSON()] as const,
            ),
          }),
    };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): ConfusionState {
    const { classes, cells, undecided, weights } = (json ?? {}) as Record<string, unknown>;
    if (typeof classes !== "number" || !Array.isArray(cells)) {
      throw new OnwardError("data", { expected: "the state of a confusion matrix", got: show(json) });
    }
    const state = new ConfusionState(classes);
    for (const cell of cells as unknown[]) {
      const [label, prediction, count] = Array.isArray(cell) ? (cell as number[]) : [];
      if (label === undefined || prediction === undefined || !Number.isSafeInteger(count) || (count ?? -1) < 0) {
        throw new OnwardError("data", { expected: "a cell [label, prediction, count]", got: show(cell) });
      }
      state.#check(label, "label", undefined);
      state.#check(prediction, "prediction", undefined);
      state.#grid.add(label, prediction, count);
    }
    if (Array.isArray(undecided) && undecided.length === classes) state.#undecided.set(undecided as number[]);
    if (Array.isArray(weights)) {
      state.#weights = Array.from({ length: classes }, (_, k) => {
        const [correct, support, predicted] = (weights as unknown[][])[k] ?? [];
        return {
          correct: ExactSum.fromJSON(correct),
          support: ExactSum.fromJSON(support),
          predicted: ExactSum.fromJSON(predicted),
        };
      });
    }
    return state;
  }

  /** From the first weight on, weights are kept; the samples before it had 1 each. */
  #startWeights(): void {
    if (this.#weights !== undefined) return;
    const { correct, support, predicted } = this.rowCounts();
    const sumOf = (count: number | undefined) => {
      const sum = new ExactSum();
      sum.add(count ?? 0);
      return sum;
    };
    this.#weights = Array.from({ length: this.classes }, (_, k) => ({
      correct: sumOf(correct[k]),
      support: sumOf(support[k]),
      predicted: sumOf(predicted[k]),
    }));
  }

  #check(index: number, what: string, sample: number | undefined): void {
    if (Number.isInteger(index) && index >= 0 && index < this.classes) return;
    throw new OnwardError("data", {
      expected: `${what} to be in [0, ${this.classes})`,
      got: show(index),
      ...(sample === undefined ? {} : { where: `sample ${sample}` }),
    });
  }
}
