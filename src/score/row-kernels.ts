import { type Address, type Kernels, tableAddress } from "./kernels.ts";

/** What the softmax of rows comes to; in memory that is used again for the next rows. */
export interface SoftmaxRows {
  readonly probabilities: Float64Array;
  /** Of each row `log(sum(exp(scores)))`. */
  readonly normalisers: Float64Array;
  /** The class of the highest score, ties to the lowest; -1 for a row with a NaN, or whose highest score is infinite. */
  readonly highest: Int32Array;
}

/** Bytes that the kernels of a thread need for blocks of so many rows. */
export function rowKernelBytes(rows: number, classes: number): number {
  return rows * (16 * classes + 20);
}

/** The kernels of one thread for rows of scores. */
export class RowKernels {
  readonly #kernels: Kernels;
  readonly #classes: number;
  readonly #scores: Float64Array;
  readonly #probabilities: Float64Array;
  readonly #maxima: Float64Array;
  readonly #others: Float64Array;
  readonly #highest: Int32Array;

  constructor(kernels: Kernels, memory: WebAssembly.Memory, address: Address, rows: number, classes: number) {
    const { buffer } = memory;
    this.#kernels = kernels;
    this.#classes = classes;
    this.#scores = new Float64Array(buffer, address, rows * classes);
    this.#probabilities = new Float64Array(buffer, address + 8 * rows * classes, rows * classes);
    this.#maxima = new Float64Array(buffer, address + 16 * rows * classes, rows);
    this.#others = new Float64Array(buffer, address + 16 * rows * classes + 8 * rows, rows);
    this.#highest = new Int32Array(buffer, address + 16 * rows * classes + 16 * rows, rows);
  }

  /** Memory for the probabilities of a block's rows. */
  get memory(): Float64Array {
    return this.#probabilities;
  }

  /** Turns logits into probabilities, with the bits of `probabilityRows`. */
  softmax(scores: Float64Array, wanted: "probabilities" | "all"): SoftmaxRows {
    const rows = scores.length / this.#classes;
    let given = scores;
    // Scores that were not shared between threads are not where the kernels work.
    if (!(scores.buffer instanceof SharedArrayBuffer)) {
      given = this.#scores;
      given.set(scores);
    }
    this.#kernels.softmaxRows(
      given.byteOffset,
      rows,
      this.#classes,
      this.#probabilities.byteOffset,
      tableAddress,
      this.#maxima.byteOffset,
      this.#others.byteOffset,
      this.#highest.byteOffset,
    );
    const normalisers = this.#maxima.subarray(0, rows);
    if (wanted === "all") {
      for (let row = 0; row < rows; row++) {
        normalisers[row] = (normalisers[row] as number) + Math.log1p(this.#others[row] as number);
      }
    }
    return {
      probabilities: this.#probabilities.subarray(0, scores.length),
      normalisers,
      highest: this.#highest.subarray(0, rows),
    };
  }
}
