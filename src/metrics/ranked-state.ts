import { OnwardError, show } from "../core/errors.ts";
import { freeMemory } from "../core/free-memory.ts";
import { bytesFromText, bytesToText } from "./bytes-text.ts";
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

/** A ranked state as JSON: the bytes of its numbers in base64, as there may be millions. */
export interface RankedStateJson {
  readonly classes: number;
  readonly parts: readonly { readonly scores: string; readonly labels: string; readonly weights?: string }[];
}

/** A batch that a ranked state holds. */
export interface RankedPart {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly weights?: Float64Array;
}

/** Rows in memory that grows no more; the last block is not full. */
interface Block {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  /** Made when the first row with a weight comes. */
  weights: Float64Array | undefined;
  rows: number;
}

/** Rows of the first block. Each next one has as many as there are, up to a limit: few blocks, and little that lies idle. */
const fewestRows = 64;
const mostRows = 2 ** 15;

/**
 * Keeps score rows with their labels, for what cannot be read from sums: ROC AUC and average precision, exact with ties. It
 * takes 8 bytes a score, and up to twice that while there are few.
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
  #blocks: Block[] = [];

  constructor(classes: number) {
    this.classes = classes;
  }

  /** @throws OnwardError `data` when lengths do not fit, or a label or weight is impossible; nothing is added then */
  add({ scores, labels, weights }: RankedBatch): void {
    const { values, start, stride } = integerView(labels, "labels");
    const label = (row: number) => values[start + row * stride] as number;
    for (let row = 0; row < labels.length; row++) {
      if (label(row) >= 0 && label(row) < this.classes) continue;
      const expected = `label to be in [0, ${this.classes})`;
      throw new OnwardError("data", { expected, got: show(label(row)), where: `sample ${row}` });
    }
    if (scores.length !== labels.length * this.classes || (weights !== undefined && weights.length !== labels.length)) {
      throw new OnwardError("data", {
        expected: `scores of shape [${labels.length}, ${this.classes}], and a weight each`,
      });
    }
    if (weights?.some((weight) => !(weight >= 0)) === true) {
      throw new OnwardError("data", { expected: "weights to be at least 0" });
    }
    for (let row = 0; row < labels.length;) {
      const block = this.#open();
      const end = Math.min(labels.length, row + block.labels.length - block.rows);
      if (weights !== undefined) block.weights ??= new Float64Array(block.labels.length).fill(1);
      for (; row < end; row++) {
        const at = block.rows++;
        block.labels[at] = label(row);
        for (let k = 0; k < this.classes; k++) {
          block.scores[at * this.classes + k] = scores[row * this.classes + k] as number;
        }
        if (weights !== undefined && block.weights !== undefined) block.weights[at] = weights[row] as number;
      }
    }
  }

  /** The block with room for more. */
  #open(): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.rows < last.labels.length) return last;
    const held = this.#blocks.reduce((sum, { rows }) => sum + rows, 0);
    const rows = Math.min(Math.max(held, fewestRows), mostRows);
    const scores = new Float64Array(rows * this.classes);
    const block: Block = { scores, labels: new Int32Array(rows), weights: undefined, rows: 0 };
    this.#blocks.push(block);
    return block;
  }

  /** All that it holds, as batches that another state may add: in its own memory, which is not to be written to. */
  parts(): RankedPart[] {
    return this.#blocks.map(({ scores, labels, weights, rows }) => ({
      scores: scores.subarray(0, rows * this.classes),
      labels: labels.subarray(0, rows),
      ...(weights && { weights: weights.subarray(0, rows) }),
    }));
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative in what is read. */
  merge(other: RankedState): void {
    if (other.classes !== this.classes) {
      throw new OnwardError("data", { expected: `a state of ${this.classes} classes`, got: String(other.classes) });
    }
    for (const part of other.parts()) this.add(part);
  }

  /** Counts the ranks of one class against the rest: for `rocCurve`, `precisionRecallCurve` and the single reads. */
  counter(positive: number): RankCounter {
    return this.#count(positive, new Float64Array(this.#longest));
  }

  get #longest(): number {
    return this.#blocks.reduce((most, { rows }) => Math.max(most, rows), 0);
  }

  /** @param column - memory for the scores of one class of any block */
  #count(positive: number, column: Float64Array): RankCounter {
    const parts = this.parts();
    const weighted = parts.some(({ weights }) => weights !== undefined);
    const positives = new Float64Array(this.#countLabel(positive));
    let found = 0;
    for (const { scores, labels } of parts) {
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] === positive) positives[found++] = scores[i * this.classes + positive] as number;
      }
    }
    const counter = RankCounter.of(positive, positives, this.classes, weighted);
    for (const { scores: all, labels, weights } of parts) {
      const given = weighted ? (weights ?? new Float64Array(labels.length).fill(1)) : undefined;
      const scores = column.subarray(0, labels.length);
      for (let i = 0; i < scores.length; i++) scores[i] = all[i * this.classes + positive] as number;
      counter.count({ scores, labels, weights: given });
    }
    counter.finish();
    return counter;
  }

  #countLabel(label: number): number {
    let count = 0;
    for (const { labels, rows } of this.#blocks) for (let i = 0; i < rows; i++) if (labels[i] === label) count++;
    return count;
  }

  /** Reads areas and average precisions of all classes; with `positive`, as a binary task. */
  read({ positive }: { positive?: number } = {}): RankedReads {
    const column = new Float64Array(this.#longest);
    const summaries = Array.from({ length: this.classes }, (_, k) => {
      const counter = this.#count(k, column);
      const summary = rankedSummary(counter);
      counter.release();
      return summary;
    });
    freeMemory([column]);
    return rankedReads(summaries, positive);
  }

  /** Frees its memory, and that of its `parts`, without waiting for a collection of garbage; it holds nothing afterwards. */
  release(): void {
    freeMemory(this.#blocks.flatMap(({ scores, labels, weights }) => [scores, labels, weights]));
    this.#blocks = [];
  }

  toJSON(): RankedStateJson {
    const parts = this.parts().map(({ scores, labels, weights }) => ({
      scores: bytesToText(scores),
      labels: bytesToText(labels),
      ...(weights === undefined ? {} : { weights: bytesToText(weights) }),
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
    const where = "the state of ranked scores";
    const floats = (text: unknown) => new Float64Array(bytesFromText(text, 8, where));
    for (const part of parts as (Readonly<Record<string, unknown>> | null)[]) {
      const { scores, labels, weights } = part ?? {};
      state.add({
        scores: floats(scores),
        labels: new Int32Array(bytesFromText(labels, 4, where)),
        ...(weights === undefined ? {} : { weights: floats(weights) }),
      });
    }
    return state;
  }
}
