import type { RowChunk } from "./row-chunk.ts";
import type { StateShape } from "./judge-rows.ts";

/** Scores of a block: enough to make handing it over cheap, and few enough to stay in the processor's cache. */
const scoresOfBlock = 2 ** 17;
/** The most rows that are read at once. */
export const mostRead = 2048;

/** The rows that a block of so many classes holds. */
export function blockRows(classes: number): number {
  return Math.max(mostRead, Math.floor(scoresOfBlock / classes));
}

/** Bytes of a block. */
export function blockBytes({ options, classes }: StateShape): number {
  return blockRows(classes.count) * (8 * (options.scores === undefined ? 0 : classes.count) + 16);
}

/** Which rows are in a block. */
export interface BlockRows {
  readonly file: string;
  readonly firstRow: number;
  readonly length: number;
  readonly columns: RowChunk["columns"];
}

/** Rows in memory that threads share: one fills it, another reads it. */
export class RowBlock {
  readonly #memory: ArrayBufferLike;
  readonly #classes: number;
  readonly #capacity: number;
  readonly #labels: Int32Array | undefined;
  readonly #predictions: Int32Array | undefined;
  readonly #scores: Float64Array | undefined;
  readonly #losses: Float64Array | undefined;
  #rows: BlockRows | undefined;

  constructor({ options, classes }: StateShape, memory: ArrayBufferLike, address: number) {
    const rows = blockRows(classes.count);
    const scores = options.scores === undefined ? 0 : classes.count;
    this.#memory = memory;
    this.#classes = classes.count;
    this.#capacity = rows;
    const losses = address + 8 * scores * rows;
    const integers = losses + 8 * rows;
    if (scores > 0) this.#scores = new Float64Array(memory, address, scores * rows);
    if (options.loss !== undefined) this.#losses = new Float64Array(memory, losses, rows);
    if (options.label !== undefined) this.#labels = new Int32Array(memory, integers, rows);
    if (options.prediction !== undefined) this.#predictions = new Int32Array(memory, integers + 4 * rows, rows);
  }

  /** What is in it, if there is anything. */
  get rows(): BlockRows | undefined {
    return this.#rows;
  }

  /** Whether all rows of one more chunk fit. */
  get open(): boolean {
    return (this.#rows?.length ?? 0) + mostRead <= this.#capacity;
  }

  /** Adds the rows that follow those that are in it. */
  append({ file, firstRow, length, columns, labels, scores, predictions, losses }: RowChunk): void {
    const at = this.#rows?.length ?? 0;
    if (labels !== undefined) this.#labels?.set(labels, at);
    if (predictions !== undefined) this.#predictions?.set(predictions, at);
    if (losses !== undefined) this.#losses?.set(losses, at);
    if (scores !== undefined) this.#scores?.set(scores, at * this.#classes);
    this.#rows = { file, firstRow: this.#rows?.firstRow ?? firstRow, length: at + length, columns };
  }

  clear(): void {
    this.#rows = undefined;
  }

  /** The rows in it as a chunk, without copying. */
  chunk({ file, firstRow, length, columns }: BlockRows): RowChunk {
    return {
      owner: this.#memory,
      file,
      firstRow,
      length,
      columns,
      labels: this.#labels?.subarray(0, length),
      scores: this.#scores?.subarray(0, length * this.#classes),
      predictions: this.#predictions?.subarray(0, length),
      losses: this.#losses?.subarray(0, length),
      weights: undefined,
      batches: undefined,
      groups: undefined,
    };
  }
}
