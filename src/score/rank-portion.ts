import type { RankCounter } from "../metrics/index.ts";
import type { Kernels } from "./kernels.ts";
import type { RankRows } from "./rank-rows.ts";

/** Scores that are held before they are looked up together: the more, the fewer passes over the positives. */
const mostHeld = 10 * 2 ** 20;
/** More rows than this, of few classes, gain nothing. */
const mostRows = 2 ** 21;

const scoresAtOnce = 2 ** 12;

/** How many rows a portion holds, of so many classes; at least `least`. */
export function portionRows(wanted: number, least: number): number {
  return Math.max(least, Math.min(mostRows, Math.floor(mostHeld / wanted)));
}

/** Bytes of a portion. */
export function portionBytes(wanted: number, capacity: number): number {
  return capacity * (8 * wanted + 8 + 4) + 4 * wanted;
}

/**
 * Rows held class by class, so that counters can look up many scores at once, which is several times faster. Threads can
 * share its memory: each writes its rows, and then each counts its classes.
 */
export class RankPortion {
  readonly capacity: number;
  readonly #wanted: readonly number[];
  readonly #columns: Float64Array[];
  readonly #weights: Float64Array;
  readonly #labels: Int32Array;
  /** Of kernels that write the columns, where the wanted classes are. */
  readonly #list: Int32Array;

  constructor(wanted: readonly number[], capacity: number, memory: ArrayBufferLike, address = 0) {
    const bytes = 8 * capacity;
    this.capacity = capacity;
    this.#wanted = wanted;
    this.#columns = wanted.map((_, i) => new Float64Array(memory, address + bytes * i, capacity));
    this.#weights = new Float64Array(memory, address + bytes * wanted.length, capacity);
    this.#labels = new Int32Array(memory, address + bytes * (wanted.length + 1), capacity);
    this.#list = new Int32Array(memory, address + (bytes + 4 * capacity) + bytes * wanted.length, wanted.length);
    this.#list.set(wanted);
  }

  /** Where kernels find the column of a class, and the labels. */
  addresses(k: number): { column: number; labels: number } {
    return { column: this.#columns[this.#wanted.indexOf(k)]?.byteOffset ?? 0, labels: this.#labels.byteOffset };
  }

  /** Writes rows from a place on. The places up to `length` that they do not need count for nothing. */
  write(
    at: number,
    length: number,
    { labels, probabilities, weights }: RankRows,
    classes: number,
    kernels?: Kernels,
  ): void {
    this.#labels.set(labels, at);
    this.#labels.fill(-1, at + labels.length, at + length);
    if (weights !== undefined) this.#weights.set(weights, at);
    if (kernels !== undefined) {
      kernels.writeColumns(
        probabilities.byteOffset,
        labels.length,
        classes,
        this.#list.byteOffset,
        this.#wanted.length,
        this.#columns[0]?.byteOffset ?? 0,
        this.capacity,
        at,
      );
      return;
    }
    // Few rows at a time, which then stay in the processor's cache until all their columns are written.
    const rows = Math.max(1, Math.floor(scoresAtOnce / classes));
    for (let first = 0; first < labels.length; first += rows) {
      const end = Math.min(first + rows, labels.length);
      for (const [i, k] of this.#wanted.entries()) {
        const column = this.#columns[i] as Float64Array;
        for (let row = first, cell = first * classes + k; row < end; row++, cell += classes) {
          column[at + row] = probabilities[cell] as number;
        }
      }
    }
  }

  /** Looks the first rows up in a counter. */
  count(counter: RankCounter, length: number, weighted: boolean): void {
    const column = this.#columns[this.#wanted.indexOf(counter.positive)];
    if (column === undefined) return;
    counter.count({
      scores: column.subarray(0, length),
      labels: this.#labels.subarray(0, length),
      weights: weighted ? this.#weights.subarray(0, length) : undefined,
    });
  }
}
