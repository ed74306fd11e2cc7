import { CompensatedSum } from "./compensated-sum.ts";
import { normalQuantile95 } from "./wilson-interval.ts";
import type { RankCounter } from "./rank-counter.ts";

/**
 * Takes a step of a curve: positives and negatives at one place, and the score by which they are reached; of a gap between
 * two positives' scores, none.
 */
type RankStep = (positives: number, negatives: number, threshold: number | undefined) => void;

/** Walks a finished counter from the highest score down. */
export function walkRanks({ scores, below, negatives, positiveWeights }: RankCounter, step: RankStep): void {
  const top = negatives[2 * scores.length] ?? 0;
  if (top > 0) step(0, top, undefined);
  for (let i = scores.length - 1; i >= 0; i--) {
    const positives = positiveWeights?.[i] ?? (below[i + 1] as number) - (below[i] as number);
    step(positives, negatives[2 * i + 1] as number, scores[i]);
    const gap = negatives[2 * i] as number;
    if (gap > 0) step(0, gap, undefined);
  }
}

/** An area with what its variance needs. */
export interface RocAuc {
  readonly value: number;
  /** DeLong's 95 % interval, cut to [0, 1]; absent with weights or with fewer than two positives or negatives. */
  readonly interval?: [low: number, high: number];
}

/**
 * Reads the area under the ROC curve: the part of all pairs of a positive and a negative in which the positive has the
 * higher score, ties counting half. Undefined without positives or without negatives, NaN
 * when a score is.
 *
 * Its interval is DeLong's: `var = S10 / m + S01 / n` with the sample variances of the placements, over m positives the part
 * of the negatives below each, over n negatives the part of the positives above each.
 *
 * Source: scikit-learn's `roc_auc_score`; DeLong, DeLong and Clarke-Pearson (1988); Sun and Xu (2014).
 */
export function rocAuc(counter: RankCounter): RocAuc | undefined {
  if (counter.nan > 0) return { value: NaN };
  const [positives, negatives] = totals(counter);
  if (positives === 0 || negatives === 0) return undefined;
  const value = concordant(counter, positives, negatives) / (positives * negatives);
  if (counter.positiveWeights !== undefined || positives < 2 || negatives < 2) return { value };

  const { scores, below, negatives: counts } = counter;
  let [positivesAbove, negativesAbove, squaresOfPositives, squaresOfNegatives] = [0, 0, 0, 0];
  // Walked here, as a callback for each of so many steps takes most of the time.
  for (let place = 2 * scores.length; place >= 0; place--) {
    const n = counts[place] as number;
    const i = place >> 1;
    const p = (place & 1) === 0 ? 0 : (below[i + 1] as number) - (below[i] as number);
    if (p > 0) {
      const ofPositive = (negatives - negativesAbove - n / 2) / negatives - value;
      squaresOfPositives += p * ofPositive * ofPositive;
    }
    if (n > 0) {
      const ofNegative = (positivesAbove + p / 2) / positives - value;
      squaresOfNegatives += n * ofNegative * ofNegative;
    }
    positivesAbove += p;
    negativesAbove += n;
  }
  const variance = squaresOfPositives / (positives - 1) / positives + squaresOfNegatives / (negatives - 1) / negatives;
  const reach = normalQuantile95 * Math.sqrt(variance);
  return { value, interval: [Math.max(0, value - reach), Math.min(1, value + reach)] };
}

/** All positives and all negatives, in rows or in weight. */
function totals(counter: RankCounter): [positives: number, negatives: number] {
  if (counter.positiveWeights === undefined) {
    const negatives = counter.negativesByClass.reduce((sum, count) => sum + count, 0);
    return [counter.below[counter.scores.length] as number, negatives];
  }
  const [positives, negatives] = [new CompensatedSum(), new CompensatedSum()];
  walkRanks(counter, (p, n) => {
    positives.add(p);
    negatives.add(n);
  });
  return [positives.value, negatives.value];
}

/** Pairs in which the positive is higher, plus half of the ties. */
function concordant(counter: RankCounter, all: number, others: number): number {
  // The ranks were summed while counting; as integers, unless there are too many pairs for that.
  if (counter.positiveWeights === undefined && all * others < 2 ** 51) {
    return all * others - counter.doubledRanks.reduce((sum, rank) => sum + rank, 0) / 2;
  }
  const [pairs, positivesAbove] = [new CompensatedSum(), new CompensatedSum()];
  walkRanks(counter, (positives, negatives) => {
    pairs.add((positivesAbove.value + positives / 2) * negatives);
    positivesAbove.add(positives);
  });
  return pairs.value;
}

/**
 * Reads the area for the positives against the negatives of one other class alone: what one-vs-one averages are made of.
 * Undefined without either, or with weights (which scikit-learn does not define either).
 */
export function pairAuc(
  { below, scores, doubledRanks, negativesByClass, positiveWeights, nan }: RankCounter,
  other: number,
): number | undefined {
  const positives = below[scores.length] as number;
  const negatives = negativesByClass[other] as number;
  if (positives === 0 || negatives === 0 || positiveWeights !== undefined) return undefined;
  if (nan > 0) return NaN;
  return 1 - (doubledRanks[other] as number) / (2 * positives * negatives);
}
