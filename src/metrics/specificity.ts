import { type ClassAverages, classAverages, type ClassCounts } from "./class-counts.ts";

/**
 * Reads specificity: of what is not k, the part that was not predicted as k, `TN / (TN + FP)` with
 * `TN = total - support - predicted + correct`. A class that everything belongs to has 0. The averages leave out classes
 * without support.
 *
 * Source: torchmetrics' `MulticlassSpecificity`, with the averages over the classes with support.
 */
export function specificity(counts: ClassCounts): ClassAverages {
  return classAverages(counts, (correct, support, predicted, total) => [
    total - support - predicted + correct,
    total - support,
  ]);
}
