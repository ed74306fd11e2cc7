import type { RankCounter } from "./rank-counter.ts";
import { walkRanks } from "./roc-auc.ts";

/**
 * Reads average precision: the precision at each distinct threshold, weighted by the recall it adds,
 * `sum_n (R_n - R_(n-1)) P_n`. No interpolation. Undefined without positives, NaN when a score is.
 *
 * Source: scikit-learn's `average_precision_score`.
 */
export function averagePrecision(counter: RankCounter): number | undefined {
  let [positives, all, sum] = [0, 0, 0];
  walkRanks(counter, (p, n) => {
    positives += p;
    all += p + n;
    if (p > 0) sum += p * (positives / all);
  });
  if (counter.nan > 0) return NaN;
  return positives === 0 ? undefined : sum / positives;
}
