import type { ClassCounts } from "./class-counts.ts";

/**
 * Reads Cohen's kappa: how far predictions agree with the labels beyond what their frequencies alone would give,
 * `(p_o - p_e) / (1 - p_e)`, with p_o the accuracy and `p_e = sum_k support_k predicted_k / total^2`.
 *
 * Undefined when `p_e` is 1 (labels and predictions are all one class), or without samples.
 *
 * Source: Cohen, "A coefficient of agreement for nominal scales" (1960); scikit-learn's `cohen_kappa_score`.
 */
export function cohensKappa({ correct, support, predicted, total }: ClassCounts): number | undefined {
  let [agreed, expected] = [0, 0];
  for (let k = 0; k < support.length; k++) {
    agreed += correct[k] as number;
    expected += ((support[k] as number) * (predicted[k] as number)) / total;
  }
  return total === 0 || expected === total ? undefined : 1 - (total - agreed) / (total - expected);
}
