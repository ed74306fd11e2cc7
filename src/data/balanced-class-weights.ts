import { OnwardError, show } from "../core/index.ts";

/**
 * Makes class weights of how often each class occurs, so that every class weighs the same in a loss.
 *
 * weight[c] = N / (C n[c]), with n[c] of N labels in class c, of C classes. They are 1 where classes occur equally often, and their mean
 * over the labels is 1. A class without a label gets 0, and is left out of C, as nothing would ever be multiplied by its weight.
 * Labels below 0 mark samples that are left out, and are not counted. scikit-learn's `class_weight="balanced"`.
 *
 * @throws OnwardError `data` when there is no label, or one is not a class
 *
 * @example
 * ```ts
 * import { balancedClassWeights } from "onward/data";
 * balancedClassWeights([0, 0, 0, 1], 2); // [0.666..., 2]
 * ```
 */
export function balancedClassWeights(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label < 0) continue;
    if (!(label < classes)) {
      throw new OnwardError("data", {
        expected: `label to be in [0, ${classes})`,
        got: show(label),
        where: `sample ${i}`,
      });
    }
    counts[label] = (counts[label] as number) + 1;
    total++;
  }
  if (total === 0) throw new OnwardError("data", { expected: "labels to count", got: "none" });
  const seen = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : total / (seen * count)));
}
