import type { RankCounter } from "../metrics/index.ts";
import type { ScoredRows } from "./judge-rows.ts";

/** Scores that are held before they are looked up together. */
const mostHeld = 4 * 2 ** 20;

/** Gathers rows class by class, so that counters can look up many scores at once, which is several times faster. */
export class RankBuffer {
  readonly #counters: readonly RankCounter[];
  readonly #classes: number;
  readonly #columns: Float64Array[];
  readonly #labels: Int32Array;
  readonly #weights: Float64Array;
  #length = 0;
  #weighted = false;

  constructor(counters: readonly RankCounter[], classes: number) {
    const capacity = Math.max(4096, Math.floor(mostHeld / counters.length));
    this.#counters = counters;
    this.#classes = classes;
    this.#columns = counters.map(() => new Float64Array(capacity));
    this.#labels = new Int32Array(capacity);
    this.#weights = new Float64Array(capacity);
  }

  /** Adds rows; they are at most as many as come in a chunk. */
  add({ labels, probabilities, weights }: Pick<ScoredRows, "labels" | "probabilities" | "weights">): void {
    if (this.#length + labels.length > this.#labels.length) this.flush();
    this.#labels.set(labels, this.#length);
    if (weights !== undefined) {
      this.#weights.set(weights, this.#length);
      this.#weighted = true;
    }
    for (const [i, { positive }] of this.#counters.entries()) {
      const column = this.#columns[i] as Float64Array;
      for (let row = 0, cell = positive; row < labels.length; row++, cell += this.#classes) {
        column[this.#length + row] = probabilities[cell] as number;
      }
    }
    this.#length += labels.length;
  }

  /** Looks up what is held. */
  flush(): void {
    const labels = this.#labels.subarray(0, this.#length);
    const weights = this.#weighted ? this.#weights.subarray(0, this.#length) : undefined;
    for (const [i, counter] of this.#counters.entries()) {
      counter.count({ scores: (this.#columns[i] as Float64Array).subarray(0, this.#length), labels, weights });
    }
    this.#length = 0;
  }
}
