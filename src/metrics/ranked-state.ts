import { OnwardError, show } from "../core/errors.ts";
import { integerView, type Labels } from "./integer-view.ts";
import type { Floats } from "./loss-moments.ts";
import { RankCounter } from "./rank-counter.ts";
import { rankedReads, type RankedReads, rankedSummary } from "./ranked-reads.ts";

/** Scored samples for a ranked state. */
export interface RankedBatch {
  /** Scores row-major, [samples, classes]. Only their order within a class matters. */
  readonly scores: Floats | readonly number[];
  readonly labels: Labels;
  /** Each sample's weight, at least 0; 1 each when absent. */
  readonly weights?: Floats | readonly number[];
}

interface Part {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
}

/**
 * Keeps score rows with their labels, for what cannot be read from sums: ROC AUC and average precision, exact with ties. It
 * takes 8 bytes a score.
 *
 * @example
 * ```ts
 * import { RankedState } from "onward/metrics";
 * const state = new RankedState(2);
 * state.add({ scores: [0.9, 0.1, 0.6, 0.4, 0.7, 0.3, 0.2, 0.8], labels: [0, 0, 1, 1] });
 * state.read({ positive: 1 }).rocAuc.binary; // 0.75
 * ```
 */
export class RankedState {
  readonly classes: number;
  readonly #parts: Part[] = [];

  constructor(classes: number) {
    this.classes = classes;
  }

  /** @throws OnwardError `data` when lengths do not fit, or a label or weight is impossible */
  add({ scores, labels, weights }: RankedBatch): void {
    const { values, start, stride } = integerView(labels, "labels");
    const part = {
      scores: new Float64Array(scores),
      labels: new Int32Array(labels.length),
      weights: weights === undefined ? undefined : new Float64Array(weights),
    };
    for (let i = 0; i < labels.length; i++) part.labels[i] = values[start + i * stride] as number;
    const wrong = part.labels.findIndex((label) => label < 0 || label >= this.classes);
    if (wrong >= 0) {
      throw new OnwardError("data", {
        expected: `label to be in [0, ${this.classes})`,
        got: show(part.labels[wrong]),
        where: `sample ${wrong}`,
      });
    }
    if (scores.length !== labels.length * this.classes || (weights !== undefined && weights.length !== labels.length)) {
      throw new OnwardError("data", {
        expected: `scores of shape [${labels.length}, ${this.classes}], and a weight each`,
      });
    }
    if (part.weights?.some((weight) => !(weight >= 0)) === true) {
      throw new OnwardError("data", { expected: "weights to be at least 0" });
    }
    this.#parts.push(part);
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative in what is read. */
  merge(other: RankedState): void {
    if (other.classes !== this.classes) {
      throw new OnwardError("data", { expected: `a state of ${this.classes} classes`, got: String(other.classes) });
    }
    this.#parts.push(...other.#parts);
  }

  /** Counts the ranks of one class against the rest: for `rocCurve`, `precisionRecallCurve` and the single reads. */
  counter(positive: number): RankCounter {
    const weighted = this.#parts.some(({ weights }) => weights !== undefined);
    const positives = new Float64Array(this.#count(positive));
    let found = 0;
    for (const { scores, labels } of this.#parts) {
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] === positive) positives[found++] = scores[i * this.classes + positive] as number;
      }
    }
    const counter = RankCounter.of(positive, positives, this.classes, weighted);
    for (const { scores, labels, weights } of this.#parts) {
      const given = weighted ? (weights ?? new Float64Array(labels.length).fill(1)) : undefined;
      const column = new Float64Array(labels.length);
      for (let i = 0; i < column.length; i++) column[i] = scores[i * this.classes + positive] as number;
      counter.count({ scores: column, labels, weights: given });
    }
    counter.finish();
    return counter;
  }

  #count(positive: number): number {
    let count = 0;
    for (const { labels } of this.#parts) for (let i = 0; i < labels.length; i++) if (labels[i] === positive) count++;
    return count;
  }

  /** Reads areas and average precisions of all classes; with `positive`, as a binary task. */
  read({ positive }: { positive?: number } = {}): RankedReads {
    return rankedReads(
      Array.from({ length: this.classes }, (_, k) => rankedSummary(this.counter(k))),
      positive,
    );
  }

  toJSON(): { classes: number; parts: { scores: number[]; labels: number[]; weights?: number[] }[] } {
    const parts = this.#parts.map(({ scores, labels, weights }) => ({
      scores: [...scores],
      labels: [...labels],
      ...(weights === undefined ? {} : { weights: [...weights] }),
    }));
    return { classes: this.classes, parts };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): RankedState {
    const { classes, parts } = (json ?? {}) as Record<string, unknown>;
    if (typeof classes !== "number" || !Array.isArray(parts)) {
      throw new OnwardError("data", { expected: "the state of ranked scores", got: show(json) });
    }
    const state = new RankedState(classes);
    for (const part of parts as RankedBatch[]) state.add(part);
    return state;
  }
}
