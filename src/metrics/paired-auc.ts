import { ExactSum } from "./exact-sum.ts";
import type { RankCounter } from "./rank-counter.ts";
import { rocAuc } from "./roc-auc.ts";
import { normalQuantile95 } from "./wilson-interval.ts";

/** Two areas on the same samples, and how they differ. */
export interface PairedAuc {
  readonly first: number;
  readonly second: number;
  /** First minus second. */
  readonly difference: number;
  /** DeLong's 95 % interval of the difference. */
  readonly interval: [low: number, high: number];
  /** Of the hypothesis that the areas are equal, two-sided; 1 when the difference is 0. */
  readonly pValue: number;
}

/**
 * Compares the ROC areas of two models on the same samples by DeLong's paired test: the variance of the difference is that
 * of the differences of the placements, over positives and over negatives.
 *
 * Give it both finished counters and then every sample once.
 *
 * Source: DeLong, DeLong and Clarke-Pearson (1988); Sun and Xu (2014).
 */
export class PairedAucState {
  readonly #first: Placements;
  readonly #second: Placements;
  readonly #positives = new Spread();
  readonly #negatives = new Spread();

  constructor(first: RankCounter, second: RankCounter) {
    this.#first = new Placements(first);
    this.#second = new Placements(second);
  }

  /** Adds a sample with its scores by both models. */
  add(isPositive: boolean, first: number, second: number): void {
    const difference = this.#first.of(first, isPositive) - this.#second.of(second, isPositive);
    (isPositive ? this.#positives : this.#negatives).add(difference);
  }

  /** Reads the comparison; undefined with fewer than two positives or negatives. */
  read(): PairedAuc | undefined {
    const [first, second] = [rocAuc(this.#first.counter)?.value, rocAuc(this.#second.counter)?.value];
    const variances = [this.#positives.variance(), this.#negatives.variance()];
    const [ofPositives, ofNegatives] = variances;
    if (first === undefined || second === undefined || ofPositives === undefined || ofNegatives === undefined) {
      return undefined;
    }
    const difference = first - second;
    const error = Math.sqrt(ofPositives / this.#positives.count + ofNegatives / this.#negatives.count);
    const reach = normalQuantile95 * error;
    const pValue =
      difference === 0 ? 1 : error === 0 ? 0 : complementaryError(Math.abs(difference) / error / Math.SQRT2);
    return { first, second, difference, interval: [difference - reach, difference + reach], pValue };
  }
}

/** The part of the other kind that a sample's score beats: for a positive, negatives below; for a negative, positives above. */
class Placements {
  readonly counter: RankCounter;
  readonly #positives: number;
  readonly #negatives: number;
  /** Negatives below each place. */
  readonly #negativesBelow: Float64Array;

  constructor(counter: RankCounter) {
    this.counter = counter;
    this.#positives = counter.below[counter.scores.length] as number;
    this.#negativesBelow = new Float64Array(counter.negatives.length + 1);
    for (let i = 0; i < counter.negatives.length; i++) {
      this.#negativesBelow[i + 1] = (this.#negativesBelow[i] as number) + (counter.negatives[i] as number);
    }
    this.#negatives = this.#negativesBelow[counter.negatives.length] as number;
  }

  of(score: number, isPositive: boolean): number {
    const { scores, below } = this.counter;
    let [low, high] = [0, scores.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((scores[middle] as number) < score) low = middle + 1;
      else high = middle;
    }
    const tie = low < scores.length && scores[low] === score ? 1 : 0;
    if (isPositive) {
      const place = 2 * low + tie;
      const [from, to] = [this.#negativesBelow[place] as number, this.#negativesBelow[place + 1] as number];
      return (from + to) / 2 / this.#negatives;
    }
    const half = ((below[low] as number) + (below[low + tie] as number)) / 2;
    return (this.#positives - half) / this.#positives;
  }
}

/** The sample variance of numbers, from exact sums: their order does not show. */
class Spread {
  count = 0;
  readonly #sum = new ExactSum();
  readonly #squares = new ExactSum();

  add(value: number): void {
    this.count++;
    this.#sum.add(value);
    this.#squares.addProduct(value, value);
  }

  variance(): number | undefined {
    if (this.count < 2) return undefined;
    const mean = this.#sum.value() / this.count;
    return Math.max(0, (this.#squares.value() - this.count * mean * mean) / (this.count - 1));
  }
}

/** The complementary error function for x >= 0: a series below 2, a continued fraction above (Abramowitz and Stegun 7.1). */
function complementaryError(x: number): number {
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-x * x) / n;
      const next = sum + term / (2 * n + 1);
      if (next === sum) break;
      sum = next;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 120; k > 0; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
