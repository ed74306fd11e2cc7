import type { RankCounter } from "../metrics/index.ts";
import { portionBytes, portionRows, RankPortion } from "./rank-portion.ts";
import type { RankRows } from "./rank-rows.ts";

/** The most rows that are added at once. */
const mostAdded = 4096;

/** Gathers rows, and looks them up portion by portion. */
export class RankBuffer {
  readonly #counters: readonly RankCounter[];
  readonly #classes: number;
  readonly #portion: RankPortion;
  #length = 0;
  #weighted = false;

  constructor(counters: readonly RankCounter[], classes: number) {
    const wanted = counters.map(({ positive }) => positive);
    const capacity = portionRows(wanted.length, mostAdded);
    this.#counters = counters;
    this.#classes = classes;
    this.#portion = new RankPortion(wanted, capacity, new ArrayBuffer(portionBytes(wanted.length, capacity)));
  }

  /** Adds rows; they are at most as many as come in a chunk. */
  add(rows: RankRows): void {
    const { length } = rows.labels;
    if (this.#length + length > this.#portion.capacity) this.flush();
    if (rows.weights !== undefined) this.#weighted = true;
    this.#portion.write(this.#length, length, rows, this.#classes);
    this.#length += length;
  }

  /** Looks up what is held. */
  flush(): void {
    for (const counter of this.#counters) this.#portion.count(counter, this.#length, this.#weighted);
    this.#length = 0;
  }
}
