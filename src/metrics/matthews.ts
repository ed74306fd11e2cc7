import type { ClassCounts } from "./class-counts.ts";

/**
 * Reads Matthews' correlation coefficient between labels and predictions, for any number of classes:
 * `(c s - sum p_k t_k) / sqrt((s^2 - sum p_k^2) (s^2 - sum t_k^2))`, with c the correct, s all, t_k of class k and p_k
 * predicted as k. It is 0 when labels or predictions are all one class; undefined without samples.
 *
 * Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004);
 * scikit-learn's `matthews_corrcoef`.
 */
export function matthews({ correct, support, predicted, total }: ClassCounts): number | undefined {
  if (total === 0) return undefined;
  let [agreed, cross, predictedSquares, supportSquares] = [0, 0, 0, 0];
  for (let k = 0; k < support.length; k++) {
    const [t, p] = [(support[k] as number) / total, (predicted[k] as number) / total];
    agreed += (correct[k] as number) / total;
    cross += t * p;
    predictedSquares += p * p;
    supportSquares += t * t;
  }
  const oneClass = (part: Float64Array) => part.some((value) => value === total);
  if (oneClass(support) || oneClass(predicted)) return 0;
  return (agreed - cross) / Math.sqrt((1 - predictedSquares) * (1 - supportSquares));
}
