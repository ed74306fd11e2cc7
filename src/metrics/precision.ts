import { type ClassAverages, classAverages, type ClassCounts } from "./class-counts.ts";

/**
 * Reads precision: of what was predicted as k, the part that is k, `correct / predicted`. A class that was never
 * predicted has 0. The averages leave out classes without support (`micro` leaves out what was predicted as one).
 *
 * Source: scikit-learn's `precision_score(labels=<classes with support>, zero_division=0)`.
 */
export function precision(counts: ClassCounts): ClassAverages {
  return classAverages(counts, (correct, _support, predicted) => [correct, predicted]);
}
