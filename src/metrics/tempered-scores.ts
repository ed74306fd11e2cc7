import type { ScoreKind } from "./decisions.ts";

/**
 * Divides scores by a temperature, as logits: logits as they are, log-probabilities too (they are logits that differ from
 * others by a constant), and of probabilities their logarithm. The softmax of what comes out is the calibrated probability.
 *
 * Source: Guo et al., "On calibration of modern neural networks" (2017).
 */
export function temperedScores(scores: Float64Array, kind: ScoreKind, temperature: number): Float64Array {
  if (kind === "probabilities") return scores.map((score) => Math.log(score) / temperature);
  return scores.map((score) => score / temperature);
}
