import type { ClassCounts } from "./class-counts.ts";
import { recall } from "./recall.ts";

/**
 * Reads balanced accuracy: the mean of the recalls of the classes with support. Undefined when there is none.
 *
 * Source: scikit-learn's `balanced_accuracy_score`.
 */
export function balancedAccuracy(counts: ClassCounts): number | undefined {
  return recall(counts).macro;
}
