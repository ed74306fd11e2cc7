/**
 * What precision, recall and their like are read from: for each class k (or label of a multilabel task), in rows or in
 * weight.
 */
export interface ClassCounts {
  /** Of class k and predicted as k: the true positives. */
  readonly correct: Float64Array;
  /** Of class k. */
  readonly support: Float64Array;
  /** Predicted as k. */
  readonly predicted: Float64Array;
  /** All there were. */
  readonly total: number;
}

/** A read of each class, and its three averages, all over the classes with support; absent when there is none. */
export interface ClassAverages {
  /** The ratio of the sums over the classes. */
  readonly micro?: number;
  /** The mean over the classes. */
  readonly macro?: number;
  /** The mean over the classes weighted by their support. */
  readonly weighted?: number;
  /** Each class, those without support too. */
  readonly perClass: readonly number[];
}

/** One class's numerator and denominator. */
export type ClassRatio = (
  correct: number,
  support: number,
  predicted: number,
  total: number,
) => readonly [numerator: number, denominator: number];

/**
 * Averages a ratio over the classes that have support; a ratio whose denominator is zero is 0.
 *
 * The conventions are scikit-learn's, given `labels=` the classes with support and `zero_division=0`.
 */
export function classAverages({ correct, support, predicted, total }: ClassCounts, ratio: ClassRatio): ClassAverages {
  let [numerators, denominators, sum, weightedSum, weight, classes] = [0, 0, 0, 0, 0, 0];
  const perClass = Array<number>(support.length);
  for (let k = 0; k < support.length; k++) {
    const weightOf = support[k] as number;
    const [numerator, denominator] = ratio(correct[k] as number, weightOf, predicted[k] as number, total);
    const value = denominator === 0 ? 0 : numerator / denominator;
    perClass[k] = value;
    if (weightOf === 0) continue;
    numerators += numerator;
    denominators += denominator;
    sum += value;
    weightedSum += value * weightOf;
    weight += weightOf;
    classes++;
  }
  if (classes === 0) return { perClass };
  return {
    micro: denominators === 0 ? 0 : numerators / denominators,
    macro: sum / classes,
    weighted: weightedSum / weight,
    perClass,
  };
}
