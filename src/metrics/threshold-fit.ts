import { OnwardError } from "../core/errors.ts";
import type { RankCounter } from "./rank-counter.ts";
import { walkRanks } from "./roc-auc.ts";

/** What of two classes is right: true and false positives, all positives, all negatives, in rows or in weight. */
type TwoClassRead = (hits: number, alarms: number, positives: number, negatives: number) => number;

/**
 * What a threshold can be fitted to, from a positive's point of view: with TP hits, FP alarms, P positives and N negatives.
 * A ratio with denominator 0 is 0. The best balanced accuracy is also the best Youden's J.
 */
export const thresholdMetrics = {
  accuracy: (tp, fp, p, n) => ratio(tp + n - fp, p + n),
  balancedAccuracy: (tp, fp, p, n) => (ratio(tp, p) + ratio(n - fp, n)) / 2,
  f1: (tp, fp, p) => ratio(2 * tp, p + tp + fp),
  jaccard: (tp, fp, p) => ratio(tp, p + fp),
  kappa: (tp, fp, p, n) => ratio(2 * (tp * (n - fp) - (p - tp) * fp), (tp + fp) * n + p * (p - tp + n - fp)),
  mcc: (tp, fp, p, n) =>
    ratio(tp * (n - fp) - (p - tp) * fp, Math.sqrt(tp + fp) * Math.sqrt(p) * Math.sqrt(n) * Math.sqrt(p - tp + n - fp)),
} satisfies Record<string, TwoClassRead>;

/** The name of what a threshold is fitted to. */
export type ThresholdMetric = keyof typeof thresholdMetrics;

/** A threshold, and the metric that it gives on what it was fitted on. */
export interface ThresholdFit {
  /** A sample is positive from this score on, itself included. */
  readonly threshold: number;
  readonly value: number;
}

/**
 * Finds the threshold with the best metric among all distinct scores of the positives, where the corners of the ROC curve
 * are: between two of them a lower threshold only adds false positives. Of equally good thresholds it is the highest.
 *
 * Source: scikit-learn's `TunedThresholdClassifierCV`, which tries 100 thresholds.
 *
 * @throws OnwardError `data` without positives or without negatives, or when a score is NaN
 *
 * @example
 * ```ts
 * import { fitThreshold, RankedState } from "onward/metrics";
 * const state = new RankedState(2);
 * state.add({ scores: [0.9, 0.1, 0.6, 0.4, 0.7, 0.3, 0.2, 0.8], labels: [0, 1, 1, 1] });
 * fitThreshold(state.counter(1), "f1"); // { threshold: 0.1, value: 0.857... }
 * ```
 */
export function fitThreshold(counter: RankCounter, metric: ThresholdMetric): ThresholdFit {
  let [positives, negatives] = [0, 0];
  walkRanks(counter, (p, n) => {
    positives += p;
    negatives += n;
  });
  if (!(positives > 0 && negatives > 0) || counter.nan > 0) {
    throw new OnwardError("data", {
      expected: "rows of both classes with scores that are not NaN, to fit a threshold to",
      got: counter.nan > 0 ? "NaN" : `a weight of ${positives} positives and ${negatives} negatives`,
    });
  }
  const read: TwoClassRead = thresholdMetrics[metric];
  let [hits, alarms] = [0, 0];
  let best: ThresholdFit = { threshold: Infinity, value: -Infinity };
  walkRanks(counter, (p, n, threshold) => {
    hits += p;
    alarms += n;
    if (threshold === undefined) return;
    const value = read(hits, alarms, positives, negatives);
    if (value > best.value) best = { threshold, value };
  });
  return best;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
