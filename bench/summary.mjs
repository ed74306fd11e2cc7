// Figures of one workload, from the raw rows of a result file.

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return low === undefined ? undefined : (low + high) / 2;
};

export class Summary {
  constructor(result) {
    this.result = result;
    this.threads = [...new Set(result.rows.map((row) => row.threads))];
  }

  #rows(peer, measure, threads) {
    return this.result.rows.filter((r) => r.peer === peer && r.measure === measure && r.threads === threads);
  }

  /** Samples a second in each round. */
  rates(peer, measure, threads) {
    return this.#rows(peer, measure, threads).map((row) => row.samples / row.seconds);
  }

  /** The count of threads with the higher median rate, and that rate; undefined where nothing was measured. */
  best(peer, measure) {
    const all = this.threads.flatMap((threads) => {
      const rate = median(this.rates(peer, measure, threads));
      return rate === undefined ? [] : [{ threads, rate }];
    });
    return all.toSorted((a, b) => b.rate - a.rate)[0];
  }

  /** The median over the rounds of one rate divided by another, each at its better count of threads. */
  ratio([peer, measure], [other, otherMeasure = measure]) {
    const [own, theirs] = [this.best(peer, measure), this.best(other, otherMeasure)];
    if (own === undefined || theirs === undefined) return undefined;
    return this.#ratioOf(this.rates(peer, measure, own.threads), this.rates(other, otherMeasure, theirs.threads));
  }

  /** The same, both at the count of threads that is better for the first. */
  ratioAlike(peer, other, measure) {
    const threads = this.best(peer, measure)?.threads;
    return this.#ratioOf(this.rates(peer, measure, threads), this.rates(other, measure, threads));
  }

  #ratioOf(own, theirs) {
    return median(own.slice(0, theirs.length).map((rate, round) => rate / theirs[round]));
  }

  /** Seconds from the start of the process to the end of the first step, with the better count of threads. */
  firstStep(peer) {
    const all = this.threads.map((threads) => median(this.#rows(peer, "first", threads).map((row) => row.seconds)));
    const known = all.filter((seconds) => seconds !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** Peak bytes of training, with the count of threads that trains faster. */
  memory(peer) {
    return this.#rows(peer, "memory", this.best(peer, "train")?.threads)[0]?.bytes;
  }

  /** Seconds of a step: of training, of a forward pass, or of the products alone. */
  stepSeconds(peer, measure) {
    const best = this.best(peer, measure);
    if (best === undefined) return undefined;
    if (measure !== "products") return this.result.spec.batch / best.rate;
    const all = this.threads.map((threads) => median(this.#rows(peer, measure, threads).map((row) => row.step)));
    return Math.min(...all.filter((seconds) => seconds !== undefined));
  }
}
