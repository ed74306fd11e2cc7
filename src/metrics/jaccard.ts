import { type ClassAverages, classAverages, type ClassCounts } from "./class-counts.ts";

/**
 * Reads the Jaccard index (intersection over union): `correct / (support + predicted - correct)`. A class that neither is
 * there nor was predicted has 0. The averages leave out classes without support.
 *
 * Source: scikit-learn's `jaccard_score(labels=<classes with support>, zero_division=0)`; Jaccard (1901).
 */
export function jaccard(counts: ClassCounts): ClassAverages {
  return classAverages(counts, (correct, support, predicted) => [correct, support + predicted - correct]);
}
