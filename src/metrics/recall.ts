import { type ClassAverages, classAverages, type ClassCounts } from "./class-counts.ts";

/**
 * Reads recall (sensitivity): of what is k, the part that was predicted as k, `correct / support`. A class without support
 * has 0 and is left out of the averages. `micro` and `weighted` are the accuracy.
 *
 * Source: scikit-learn's `recall_score(labels=<classes with support>, zero_division=0)`.
 */
export function recall(counts: ClassCounts): ClassAverages {
  return classAverages(counts, (correct, support) => [correct, support]);
}
