import { OnwardError, show } from "../core/errors.ts";
import { averagePrecision } from "./average-precision.ts";
import { checkLabelCount, checkMultilabel } from "./check-multilabel.ts";
import { ExactSum } from "./exact-sum.ts";
import { RankCounter } from "./rank-counter.ts";
import { rocAuc } from "./roc-auc.ts";

/** Scored samples of a multilabel task. */
export interface MultilabelRankedBatch {
  /** Scores row-major, [samples, labels]. Only their order matters. */
  readonly scores: ArrayLike<number>;
  /** 0 or 1, row-major, [samples, labels]. */
  readonly labels: ArrayLike<number>;
  /** Each sample's weight, at least 0; 1 each when absent. */
  readonly weights?: ArrayLike<number>;
}

/** A read of each label, and its averages over the labels that are there in some sample. What is undefined is absent. */
export interface LabelAverages {
  /** Of all scores of those labels together. */
  readonly micro?: number;
  readonly macro?: number;
  /** The mean weighted by how much there is of each label. */
  readonly weighted?: number;
  readonly perLabel: readonly (number | undefined)[];
}

/** What is read from the ranked scores of a multilabel task. */
export interface MultilabelRankedReads {
  readonly rocAuc: LabelAverages;
  readonly averagePrecision: LabelAverages;
}

interface Part {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
}

/**
 * Keeps the scores of a multilabel task with their labels, for ROC AUC and average precision, exact with ties: of each label
 * its samples against the others, and averages. It takes 12 bytes a score.
 *
 * A label that no sample has, or none with weight, has neither, and the averages leave it out. A label that all samples
 * have has no area, and no mean of areas is given then. A NaN among the scores of a label makes its reads NaN.
 *
 * Source: scikit-learn's `roc_auc_score` and `average_precision_score` of label indicators, with the columns that have
 * positives.
 *
 * @example
 * ```ts
 * import { MultilabelRankedState } from "onward/metrics";
 * const state = new MultilabelRankedState(2);
 * state.add({ scores: [0.9, 0.2, 0.4, 0.6, 0.7, 0.1], labels: [1, 0, 0, 1, 0, 1] }); // three samples of two labels
 * state.read().rocAuc.perLabel; // [1, 0.5]
 * ```
 */
export class MultilabelRankedState {
  readonly labels: number;
  readonly #parts: Part[] = [];

  /** @throws OnwardError `usage` when `labels` is not an integer of at least 1 */
  constructor(labels: number) {
    checkLabelCount(labels);
    this.labels = labels;
  }

  /** @throws OnwardError `data` when lengths do not fit, a label is neither 0 nor 1, or a weight is not at least 0 */
  add({ scores, labels, weights }: MultilabelRankedBatch): void {
    checkMultilabel(this.labels, "scores", labels, scores, weights);
    this.#parts.push({
      scores: Float64Array.from(scores),
      labels: Int32Array.from(labels),
      weights: weights && Float64Array.from(weights),
    });
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative in what is read. */
  merge(other: MultilabelRankedState): void {
    if (other.labels !== this.labels) {
      throw new OnwardError("data", { expected: `a state of ${this.labels} labels`, got: String(other.labels) });
    }
    this.#parts.push(...other.#parts);
  }

  /** Ranks one label's samples against the others: for `rocCurve`, `precisionRecallCurve` and the single reads. */
  counter(label: number): RankCounter {
    return this.#count([label]);
  }

  /** Reads areas and average precisions of all labels, and their averages. */
  read(): MultilabelRankedReads {
    const support = this.#support();
    const present = support.map((_, k) => k).filter((k) => (support[k] as number) > 0);
    const perLabel = support.map((weight, k) => (weight === 0 ? {} : areasOf(this.counter(k))));
    const together = present.length === 0 ? {} : areasOf(this.#count(present));
    const averages = (values: readonly (number | undefined)[], micro: number | undefined): LabelAverages => ({
      ...defined("micro", micro),
      ...defined("macro", mean(present, values)),
      ...defined("weighted", mean(present, values, support)),
      perLabel: values,
    });
    return {
      rocAuc: averages(
        perLabel.map(({ area }) => area),
        together.area,
      ),
      averagePrecision: averages(
        perLabel.map(({ precision }) => precision),
        together.precision,
      ),
    };
  }

  /** The weight of the samples that have each label. */
  #support(): number[] {
    const support = Array.from({ length: this.labels }, () => new ExactSum());
    for (const { labels, weights } of this.#parts) {
      for (const [i, there] of labels.entries()) {
        if (there === 1) support[i % this.labels]?.add(weights?.[Math.floor(i / this.labels)] ?? 1);
      }
    }
    return support.map((sum) => sum.value());
  }

  /** Ranks the scores of these labels together. */
  #count(wanted: readonly number[]): RankCounter {
    const weighted = this.#parts.some(({ weights }) => weights !== undefined);
    const columns = this.#parts.map(({ scores, labels, weights }) => {
      const cells: number[] = [];
      for (let first = 0; first < labels.length; first += this.labels) for (const k of wanted) cells.push(first + k);
      return {
        scores: Float64Array.from(cells, (cell) => scores[cell] as number),
        labels: Int32Array.from(cells, (cell) => labels[cell] as number),
        weights: weighted
          ? Float64Array.from(cells, (cell) => weights?.[Math.floor(cell / this.labels)] ?? 1)
          : undefined,
      };
    });
    const positives = columns.flatMap(({ scores, labels }) => [...scores.filter((_, i) => labels[i] === 1)]);
    const counter = RankCounter.of(1, Float64Array.from(positives), 2, weighted);
    for (const column of columns) counter.count(column);
    counter.finish();
    return counter;
  }

  toJSON(): { labels: number; parts: { scores: number[]; labels: number[]; weights?: number[] }[] } {
    const parts = this.#parts.map(({ scores, labels, weights }) => ({
      scores: [...scores],
      labels: [...labels],
      ...(weights === undefined ? {} : { weights: [...weights] }),
    }));
    return { labels: this.labels, parts };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): MultilabelRankedState {
    const { labels, parts } = (json ?? {}) as Record<string, unknown>;
    if (typeof labels !== "number" || !Array.isArray(parts)) {
      throw new OnwardError("data", { expected: "the ranked scores of a multilabel task", got: show(json) });
    }
    const state = new MultilabelRankedState(labels);
    for (const part of parts as MultilabelRankedBatch[]) state.add(part);
    return state;
  }
}

/** What is read from a counter, whose memory is freed then. */
function areasOf(counter: RankCounter): { area?: number | undefined; precision?: number | undefined } {
  const areas = { area: rocAuc(counter)?.value, precision: averagePrecision(counter) };
  counter.release();
  return areas;
}

function mean(
  present: readonly number[],
  values: readonly (number | undefined)[],
  weights?: readonly number[],
): number | undefined {
  let [sum, weight] = [0, 0];
  for (const k of present) {
    const value = values[k];
    if (value === undefined) return undefined;
    sum += value * (weights?.[k] ?? 1);
    weight += weights?.[k] ?? 1;
  }
  return weight === 0 ? undefined : sum / weight;
}

function defined<K extends string>(name: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: number });
}
