import { OnwardError } from "../core/errors.ts";
import type { RankCounter } from "./rank-counter.ts";
import { walkRanks } from "./roc-auc.ts";

/** A point of a ROC curve. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  /** The score from which on a sample counts as positive; absent at (0, 0) and between two positives' scores. */
  readonly threshold?: number;
}

/** A point of a precision-recall curve. */
export interface PrecisionRecallPoint {
  readonly precision: number;
  readonly recall: number;
  readonly threshold: number;
}

/**
 * Reads the ROC curve from (0, 0) to (1, 1): its corners, so that straight lines between the points are the curve, ties
 * being slanted. Empty without positives or without negatives.
 *
 * Source: scikit-learn's `roc_curve` draws the same line.
 *
 * @throws OnwardError `data` when a score is NaN, which has no place on a curve
 */
export function rocCurve(counter: RankCounter): RocPoint[] {
  checkNumbers(counter);
  let [allPositives, allNegatives] = [0, 0];
  walkRanks(counter, (p, n) => {
    allPositives += p;
    allNegatives += n;
  });
  if (allPositives === 0 || allNegatives === 0) return [];
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let [positives, negatives] = [0, 0];
  walkRanks(counter, (p, n, threshold) => {
    positives += p;
    negatives += n;
    const [falsePositiveRate, truePositiveRate] = [negatives / allNegatives, positives / allPositives];
    points.push({ falsePositiveRate, truePositiveRate, ...(threshold === undefined ? {} : { threshold }) });
  });
  return points;
}

/**
 * Reads the precision-recall curve: a point for each distinct score of a positive, from the highest down. Empty without
 * positives.
 *
 * Source: scikit-learn's `precision_recall_curve`, whose further points lie where no positive does.
 *
 * @throws OnwardError `data` when a score is NaN, which has no place on a curve
 */
export function precisionRecallCurve(counter: RankCounter): PrecisionRecallPoint[] {
  checkNumbers(counter);
  let allPositives = 0;
  walkRanks(counter, (p) => (allPositives += p));
  const points: PrecisionRecallPoint[] = [];
  let [positives, all] = [0, 0];
  walkRanks(counter, (p, n, threshold) => {
    positives += p;
    all += p + n;
    // Positives without weight make no point.
    if (threshold === undefined || p === 0) return;
    points.push({ precision: positives / all, recall: positives / allPositives, threshold });
  });
  return points;
}

function checkNumbers({ nan, positive }: RankCounter): void {
  if (nan === 0) return;
  throw new OnwardError("data", {
    expected: "scores that are not NaN, for a curve",
    got: `${nan} that are`,
    where: `class ${positive}`,
  });
}
