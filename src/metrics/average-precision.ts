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
  if (counter.nan > 0) return NaN;
  return counter.positiveWeights === undefined ? ofRows(counter) : ofWeights(counter);
}

/** Rows are counted, and their sums need no compensation. */
function ofRows({ scores, below, negatives }: RankCounter): number | undefined {
  const all = below[scores.length] as number;
  if (all === 0) return undefined;
  let above = negatives[2 * scores.length] as number;
  let [sum, rest] = [0, 0];
  for (let i = scores.length - 1; i >= 0; i--) {
    const low = below[i] as number;
    const positives = all - low;
    above += negatives[2 * i + 1] as number;
    const term = ((below[i + 1] as number) - low) * (positives / (positives + above));
    above += negatives[2 * i] as number;
    // As a `CompensatedSum` adds.
    const next = sum + term;
    const part = next - sum;
    rest += sum - (next - part) + (term - part);
    sum = next;
  }
  return (sum + rest) / all;
}

function ofWeights(counter: RankCounter): number | undefined {
  const [positives, negatives, sum] = [new CompensatedSum(), new CompensatedSum(), new CompensatedSum()];
  walkRanks(counter, (p, n) => {
    positives.add(p);
    negatives.add(n);
    if (p > 0) sum.add(p * (positives.value / (positives.value + negatives.value)));
  });
  return positives.value === 0 ? undefined : sum.value / positives.value;
}
