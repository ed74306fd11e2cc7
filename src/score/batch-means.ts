import { ExactSum, type ExactSumJson } from "../metrics/index.ts";

/** The losses of some rows: `terms` are already multiplied by their weights, `losses` are not. */
export interface Losses {
  readonly values: Float64Array;
  /** 1 each when absent. */
  readonly weights: Float64Array | undefined;
  /** Whether the values are still to be multiplied by the weights. */
  readonly apart: boolean;
}

interface OpenBatch {
  readonly terms: ExactSum;
  readonly weights: ExactSum;
}

/**
 * Averages the batches of files: of each the exact mean, rounded, and of these the exact mean. A batch is what has one
 * key in one file, wherever its rows are; a batch without weight is counted and has no mean.
 */
export class BatchMeans {
  #batches = 0;
  #withMean = 0;
  readonly #means = new ExactSum();
  /** Batches of the file that is being read, by key. */
  readonly #open = new Map<string, OpenBatch>();
  /** The batch of the last row: rows mostly come batch by batch. */
  #last: { key: string; batch: OpenBatch } | undefined;

  /** Adds a row to the batch of its key. */
  add(key: string, { values, weights, apart }: Losses, row: number): void {
    const batch = this.#last?.key === key ? this.#last.batch : this.#find(key);
    const weight = weights?.[row] ?? 1;
    if (apart) batch.terms.addProduct(values[row] as number, weight);
    else batch.terms.add(values[row] as number);
    batch.weights.add(weight);
  }

  /** Counts a batch whose rows are all left out, or have no loss. */
  touch(key: string): void {
    if (this.#last?.key !== key) this.#find(key);
  }

  #find(key: string): OpenBatch {
    let batch = this.#open.get(key);
    if (batch === undefined) {
      // What is open is kept as plain integers, which take less than the bins of a sum that is being added to.
      this.#last?.batch.terms.settle();
      this.#last?.batch.weights.settle();
      batch = { terms: new ExactSum(), weights: new ExactSum() };
      this.#open.set(key, batch);
    }
    this.#last = { key, batch };
    return batch;
  }

  /** Ends the batches whose keys will not come again. */
  close(): void {
    for (const { terms, weights } of this.#open.values()) {
      this.#batches++;
      if (weights.value() === 0) continue;
      this.#means.add(terms.dividedBy(weights));
      this.#withMean++;
    }
    this.#open.clear();
    this.#last = undefined;
  }

  get batches(): number {
    return this.#batches;
  }

  /** The mean of the batch means; undefined when no batch has one. */
  mean(): number | undefined {
    if (this.#withMean === 0) return undefined;
    const count = new ExactSum();
    count.add(this.#withMean);
    return this.#means.dividedBy(count);
  }

  merge(other: BatchMeans): void {
    this.#batches += other.#batches;
    this.#withMean += other.#withMean;
    this.#means.merge(other.#means);
  }

  toJSON(): { batches: number; withMean: number; means: ExactSumJson } {
    return { batches: this.#batches, withMean: this.#withMean, means: this.#means.toJSON() };
  }

  static fromJSON(json: unknown): BatchMeans {
    const { batches, withMean, means } = (json ?? {}) as Record<string, unknown>;
    const state = new BatchMeans();
    state.#batches = Number(batches);
    state.#withMean = Number(withMean);
    state.#means.merge(ExactSum.fromJSON(means));
    return state;
  }
}
