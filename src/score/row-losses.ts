import { negativeLogLikelihood, type ScoreKind } from "../metrics/index.ts";
import type { Losses } from "./batch-means.ts";

/** What shapes a loss that comes from scores. */
export interface LossShape {
  readonly kind: ScoreKind;
  readonly classes: number;
  readonly classWeights: readonly number[] | undefined;
  readonly labelSmoothing: number;
}

/**
 * Computes each row's cross-entropy from its scores, as PyTorch's CrossEntropyLoss does:
 * `(1 - e) w_y nll_y + e / C sum_k w_k nll_k`, by which the weight is `w_y`; both times the row's own weight.
 */
export function rowLosses(
  scores: Float64Array,
  normalisers: Float64Array,
  labels: Int32Array,
  weights: Float64Array | undefined,
  { kind, classes, classWeights, labelSmoothing }: LossShape,
): Losses {
  const rows = labels.length;
  const values = new Float64Array(rows);
  const nll = (row: number, k: number) => negativeLogLikelihood(scores, row, k, classes, kind, normalisers);
  for (let row = 0; row < rows; row++) {
    const label = labels[row] as number;
    let loss = nll(row, label) * (classWeights?.[label] ?? 1);
    if (labelSmoothing > 0) {
      let spread = 0;
      for (let k = 0; k < classes; k++) {
        const weight = classWeights?.[k] ?? 1;
        if (weight !== 0) spread += weight * nll(row, k);
      }
      loss = (1 - labelSmoothing) * loss + (labelSmoothing / classes) * spread;
    } else if (classWeights?.[label] === 0) loss = 0;
    values[row] = loss;
  }
  if (classWeights === undefined) return { values, weights, apart: weights !== undefined };
  const combined = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    values[row] = (values[row] as number) * weight;
    combined[row] = weight * (classWeights[labels[row] as number] ?? 1);
  }
  return { values, weights: combined, apart: false };
}
