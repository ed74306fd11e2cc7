import { CompensatedSum } from "./compensated-sum.ts";
import type { RankCounter } from "./rank-counter.ts";
import { walkRanks } from "./roc-auc.ts";

/**
 * Reads average precision: the precision at each distinct threshold, weighted by the recall it adds,
 * `sum_n (R_n - R_(n-1)) P_n`. No interpolation. Undefined without positives, NaN when a score is.
 *
 * Source: scikit-learn's `average_precision_score`.
 */
export function averagePrecision(counter: RankCounter): number | undefined {
  const [positives, negatives, sum] = [new CompensatedSum(), new CompensatedSum(), new CompensatedSum()];
  walkRanks(counter, (p, n) => {
    positives.add(p);
    negatives.add(n);
    if (p > 0) sum.add(p * (positives.value / (positives.value + negatives.value)));
  });
  if (counter.nan > 0) return NaN;
  return positives.value === 0 ? undefined : sum.value / positives.value;
}
