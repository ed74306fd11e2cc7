import { LossMoments, type LossMomentsJson } from "./loss-moments.ts";
import { OnwardError, show } from "../core/errors.ts";

/**
 * Sums Brier's score: of each sample the squared distance of the probabilities from the truth, summed over all classes,
 * `sum_k (p_k - [k is the label])^2`, from 0 to 2. The read is the (weighted) mean over samples.
 *
 * Source: Brier, "Verification of forecasts expressed in terms of probability" (1950). For two classes it is twice
 * scikit-learn's binary `brier_score_loss`, and scikit-learn's multiclass one with `scale_by_half=False`.
 */
export class BrierState {
  #samples = 0;
  readonly #moments = new LossMoments();
  /** Memory for the scores and weights of one batch, kept for the next one. */
  #scores = new Float64Array(0);
  #kept = new Float64Array(0);

  /** Adds samples: probabilities row-major, [samples, classes]. A label below 0 leaves its sample out. */
  add(probabilities: ArrayLike<number>, classes: number, labels: ArrayLike<number>, weights?: ArrayLike<number>): void {
    if (this.#scores.length < labels.length) this.#scores = new Float64Array(labels.length);
    if (weights !== undefined && this.#kept.length < labels.length) this.#kept = new Float64Array(labels.length);
    const [scores, kept] = [this.#scores, this.#kept];
    let count = 0;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] as number;
      if (label < 0) continue;
      scores[count] = rowScore(probabilities, i * classes, classes, label);
      if (weights !== undefined) kept[count] = weights[i] as number;
      count++;
    }
    this.#samples += count;
    if (weights === undefined) this.#moments.addTerms(scores.subarray(0, count), undefined);
    else this.#moments.addLosses(scores.subarray(0, count), kept.subarray(0, count));
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: BrierState): void {
    this.#samples += other.#samples;
    this.#moments.merge(other.#moments);
  }

  /** The mean score; undefined without weight. */
  read(): number | undefined {
    return this.#moments.mean();
  }

  /** The standard error of the mean score, by the delta method; undefined for fewer than two samples. */
  standardError(): number | undefined {
    return this.#moments.standardError(this.#samples);
  }

  toJSON(): { samples: number; moments: LossMomentsJson } {
    return { samples: this.#samples, moments: this.#moments.toJSON() };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): BrierState {
    const { samples, moments } = (json ?? {}) as Record<string, unknown>;
    if (!Number.isSafeInteger(samples)) {
      throw new OnwardError("data", { expected: "the state of a Brier score", got: show(json) });
    }
    const state = new BrierState();
    state.#samples = samples as number;
    state.#moments.merge(LossMoments.fromJSON(moments));
    return state;
  }
}

function rowScore(probabilities: ArrayLike<number>, first: number, classes: number, label: number): number {
  const own = first + label;
  let score = 0;
  for (let at = first; at < own; at++) score += (probabilities[at] as number) * (probabilities[at] as number);
  const distance = (probabilities[own] as number) - 1;
  score += distance * distance;
  for (let at = own + 1; at < first + classes; at++) {
    score += (probabilities[at] as number) * (probabilities[at] as number);
  }
  return score;
}
