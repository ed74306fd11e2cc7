import { OnwardError, show } from "../core/errors.ts";
import type { ScoreKind } from "./decisions.ts";
import { exp } from "./exp.ts";

/** What a row's probabilities may miss of 1. They are never renormalised. */
export const probabilityTolerance = 1e-3;

/**
 * Turns score rows into probabilities, row-major, and gives each row's `log(sum(exp(scores)))`: what a logit must be
 * lowered by to be a log-probability. It is 0 for probabilities and log-probabilities, which are taken as they are.
 *
 * Logits go through the float64 softmax `exp(x - max) / sum(exp(x - max))`, which does not overflow. A row with a NaN, or
 * whose highest logit is infinite, gives NaN.
 *
 * @throws OnwardError `data` when a value or a row's sum contradicts the kind; `where(row)` says where,
 *   and `where(row, k)` where the value of class k is
 */
export function probabilityRows(
  scores: Float64Array,
  classes: number,
  kind: ScoreKind,
  probabilities: Float64Array,
  normalisers: Float64Array | undefined,
  where: (row: number, k?: number) => string,
): void {
  const rows = scores.length / classes;
  if (kind === "logits") {
    softmaxRows(scores, classes, probabilities, normalisers);
    return;
  }
  const logarithmic = kind === "log-probabilities";
  for (let row = 0; row < rows; row++) {
    const first = row * classes;
    let sum = 0;
    for (let k = first; k < first + classes; k++) {
      const score = scores[k] as number;
      const probability = logarithmic ? exp(score) : score;
      if (probability < 0 || probability > 1 + (logarithmic ? probabilityTolerance : 0)) {
        throw new OnwardError("data", {
          expected: logarithmic ? "log-probability to be at most 0" : "probability to be in [0, 1]",
          got: show(score),
          where: where(row, k - first),
          advice: "give --kind (or kind) as what the scores are",
        });
      }
      probabilities[k] = probability;
      sum += probability;
    }
    if (normalisers !== undefined) normalisers[row] = 0;
    if (sum > 1 + probabilityTolerance || sum < 1 - probabilityTolerance) {
      throw new OnwardError("data", {
        expected: `${logarithmic ? "exponentials of the log-probabilities" : "probabilities"} to sum to 1 within ${probabilityTolerance}`,
        got: show(sum),
        where: where(row),
        advice: "give --kind (or kind) as what the scores are",
      });
    }
  }
}

function softmaxRows(
  scores: Float64Array,
  classes: number,
  probabilities: Float64Array,
  normalisers: Float64Array | undefined,
): void {
  const rows = scores.length / classes;
  for (let row = 0, first = 0; row < rows; row++, first += classes) {
    const end = first + classes;
    let highest = first;
    let max = scores[first] as number;
    for (let k = first + 1; k < end; k++) {
      const score = scores[k] as number;
      if (score > max) {
        max = score;
        highest = k;
      }
    }
    let others = 0;
    for (let k = first; k < end; k++) {
      const power = exp((scores[k] as number) - max);
      probabilities[k] = power;
      if (k !== highest) others += power;
    }
    const sum = pairwiseSum(probabilities, first, classes);
    for (let k = first; k < end; k++) probabilities[k] = (probabilities[k] as number) / sum;
    // The highest logit's own 1 is left to log1p, which keeps small losses exact to the last digits.
    if (normalisers !== undefined) normalisers[row] = max + Math.log1p(others);
  }
}

/**
 * Adds up in NumPy's order: one after the other below 8 numbers, in 8 columns up to 128, else by halves. Equal logits in
 * another order may then give probabilities that differ in the last bit, but the same bits as SciPy's softmax, and so the
 * same ties.
 */
function pairwiseSum(values: Float64Array, first: number, length: number): number {
  if (length < 8) {
    let sum = 0;
    for (let i = first; i < first + length; i++) sum += values[i] as number;
    return sum;
  }
  if (length > 128) {
    const half = (length >> 1) - ((length >> 1) % 8);
    return pairwiseSum(values, first, half) + pairwiseSum(values, first + half, length - half);
  }
  let a = values[first] as number;
  let b = values[first + 1] as number;
  let c = values[first + 2] as number;
  let d = values[first + 3] as number;
  let e = values[first + 4] as number;
  let f = values[first + 5] as number;
  let g = values[first + 6] as number;
  let h = values[first + 7] as number;
  const end = first + length - (length % 8);
  for (let i = first + 8; i < end; i += 8) {
    a += values[i] as number;
    b += values[i + 1] as number;
    c += values[i + 2] as number;
    d += values[i + 3] as number;
    e += values[i + 4] as number;
    f += values[i + 5] as number;
    g += values[i + 6] as number;
    h += values[i + 7] as number;
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = end; i < first + length; i++) sum += values[i] as number;
  return sum;
}

/**
 * The negative log-likelihood of class k of a row: `log(sum(exp(x))) - x_k` for logits, `-x_k` for log-probabilities,
 * `-log(p_k)` for probabilities. Nothing is clipped: a probability of 0 gives Infinity.
 */
export function negativeLogLikelihood(
  scores: Float64Array,
  row: number,
  k: number,
  classes: number,
  kind: ScoreKind,
  normalisers: Float64Array,
): number {
  const score = scores[row * classes + k] as number;
  if (kind === "probabilities") return score === 1 ? 0 : -Math.log(score);
  return kind === "logits" ? (normalisers[row] as number) - score : 0 - score;
}
