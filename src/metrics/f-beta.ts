import { OnwardError, show } from "../core/errors.ts";
import { type ClassAverages, classAverages, type ClassCounts } from "./class-counts.ts";

/**
 * Reads F-beta, the harmonic mean of precision and recall in which recall counts beta^2 times:
 * `(1 + beta^2) correct / (beta^2 support + predicted)`; F1 for beta 1. A class that neither is there nor was predicted has
 * 0. The averages leave out classes without support.
 *
 * Source: scikit-learn's `fbeta_score(labels=<classes with support>, zero_division=0)`; van Rijsbergen (1979).
 *
 * @throws OnwardError `usage` when beta is not a positive number
 */
export function fBeta(counts: ClassCounts, beta = 1): ClassAverages {
  if (!(beta > 0 && beta < Infinity)) {
    throw new OnwardError("usage", { expected: "beta to be a positive number", got: show(beta) });
  }
  const square = beta * beta;
  return classAverages(counts, (correct, support, predicted) => [(1 + square) * correct, square * support + predicted]);
}
