import { OnwardError, show } from "../core/errors.ts";
import type { ExactSum } from "./exact-sum.ts";
import { LossMoments, type LossMomentsJson } from "./loss-moments.ts";
import { normalQuantile95, wilsonInterval } from "./wilson-interval.ts";

/** The state as JSON. */
export interface TopKJson {
  readonly k: readonly number[];
  readonly samples: number;
  readonly hits: readonly number[];
  readonly weighted?: readonly LossMomentsJson[];
}

/**
 * Counts samples whose label is among the k highest scores, for several k. Ties go to the lower class, so top-1 is the
 * accuracy. With weights it sums the weights of such samples, exactly.
 *
 * Source: as scikit-learn's `top_k_accuracy_score`, but for ties, which scikit-learn gives to the higher class.
 */
export class TopKState {
  readonly k: readonly number[];
  #samples = 0;
  readonly #hits: Float64Array;
  #weighted: LossMoments[] | undefined;

  /** @throws OnwardError `usage` when a k is not an integer from 1 to `classes` */
  constructor(k: readonly number[], classes: number) {
    const bad = k.find((value) => !Number.isInteger(value) || value < 1 || value > classes);
    if (bad !== undefined) {
      throw new OnwardError("usage", { expected: `top-k to be from 1 to the ${classes} classes`, got: show(bad) });
    }
    this.k = [...k];
    this.#hits = new Float64Array(k.length);
  }

  /** Adds a sample whose label has that many scores before it (`rankOf`); a rank of Infinity is no hit for any k. */
  addRank(rank: number, weight?: number): void {
    if (weight !== undefined) this.#startWeights();
    this.#samples++;
    for (let i = 0; i < this.k.length; i++) {
      const hit = rank < (this.k[i] as number);
      if (hit) this.#hits[i] = (this.#hits[i] as number) + 1;
      const given = weight ?? 1;
      this.#weighted?.[i]?.addTerms(Float64Array.of(hit ? given : 0), Float64Array.of(given));
    }
  }

  /** Adds samples of weight 1, of which so many are hits for each k. */
  addHits(samples: number, hits: ArrayLike<number>): void {
    this.#samples += samples;
    for (let i = 0; i < this.k.length; i++) {
      const count = hits[i] as number;
      this.#hits[i] = (this.#hits[i] as number) + count;
      this.#weighted?.[i]?.merge(plain(count, samples));
    }
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: TopKState): void {
    if (other.k.join() !== this.k.join()) {
      throw new OnwardError("data", {
        expected: `a state for top ${this.k.join(", ")}`,
        got: `top ${other.k.join(", ")}`,
      });
    }
    if (other.#weighted !== undefined) this.#startWeights();
    for (let i = 0; i < this.k.length; i++) {
      const theirs = other.#weighted?.[i] ?? plain(other.#hits[i] as number, other.#samples);
      this.#weighted?.[i]?.merge(theirs);
      this.#hits[i] = (this.#hits[i] as number) + (other.#hits[i] as number);
    }
    this.#samples += other.#samples;
  }

  /** The part of the samples (or of their weight) that is a hit, by k; absent without samples. */
  read(): Record<string, number> {
    return this.#byK((i) =>
      this.#weighted === undefined
        ? this.#samples === 0
          ? undefined
          : (this.#hits[i] as number) / this.#samples
        : this.#weighted[i]?.mean(),
    );
  }

  /** 95 % intervals by k: Wilson's for counts, the normal one of the delta method for weights. */
  intervals(): Record<string, [low: number, high: number]> {
    return this.#byK((i) => {
      if (this.#weighted === undefined) return wilsonInterval(this.#hits[i] as number, this.#samples);
      const [mean, error] = [this.#weighted[i]?.mean(), this.#weighted[i]?.standardError(this.#samples)];
      if (mean === undefined || error === undefined) return undefined;
      return [Math.max(0, mean - normalQuantile95 * error), Math.min(1, mean + normalQuantile95 * error)];
    });
  }

  #byK<T>(read: (i: number) => T | undefined): Record<string, T> {
    return Object.fromEntries(
      this.k.flatMap((k, i): [string, T][] => {
        const value = read(i);
        return value === undefined ? [] : [[String(k), value]];
      }),
    );
  }

  toJSON(): TopKJson {
    return {
      k: this.k,
      samples: this.#samples,
      hits: [...this.#hits],
      ...(this.#weighted === undefined ? {} : { weighted: this.#weighted.map((moments) => moments.toJSON()) }),
    };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): TopKState {
    const { k, samples, hits, weighted } = (json ?? {}) as Record<string, unknown>;
    if (!Array.isArray(k) || !Array.isArray(hits) || hits.length !== k.length || !Number.isSafeInteger(samples)) {
      throw new OnwardError("data", { expected: "the state of top-k accuracies", got: show(json) });
    }
    const state = new TopKState(k as number[], Number.MAX_SAFE_INTEGER);
    state.#samples = samples as number;
    state.#hits.set(hits as number[]);
    if (Array.isArray(weighted)) state.#weighted = weighted.map((moments) => LossMoments.fromJSON(moments));
    return state;
  }

  #startWeights(): void {
    this.#weighted ??= Array.from(this.#hits, (hits) => plain(hits, this.#samples));
  }
}

/** The moments of samples of weight 1, of which some are hits. */
function plain(hits: number, samples: number): LossMoments {
  const moments = new LossMoments();
  const put = (sum: ExactSum, value: number) => sum.add(value);
  for (const sum of [moments.terms, moments.squaredTerms, moments.termsTimesWeights]) put(sum, hits);
  for (const sum of [moments.weights, moments.squaredWeights]) put(sum, samples);
  return moments;
}

/** How many scores of a row come before the label's: the higher ones, and equal ones of lower classes. */
export function rankOf(scores: ArrayLike<number>, first: number, classes: number, label: number): number {
  const own = scores[first + label] as number;
  let rank = 0;
  for (let k = 0; k < classes; k++) {
    const score = scores[first + k] as number;
    if (score > own || (score === own && k < label)) rank++;
    else if (!(score <= own)) return Infinity;
  }
  return rank;
}
