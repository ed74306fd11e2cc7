import { ExactSum, productError } from "./exact-sum.ts";
import type { Floats } from "./loss-moments.ts";

const exactTerms = new ExactSum();
const exactWeights = new ExactSum();

/**
 * The mean `sum t / sum w` of one batch, correctly rounded, so that it does not depend on the order within the batch.
 *
 * Terms and weights are summed in twice the precision of a float64. Only when the error bound leaves open which way the
 * quotient rounds is it computed exactly. Undefined when the weights add up to zero. Absent weights are 1 each.
 *
 * Source: compensated summation by Ogita, Rump and Oishi, "Accurate sum and dot product" (2005), with Ziv's rounding test.
 */
export function roundedMean(terms: Floats, weights: Floats | undefined): number | undefined {
  const length = terms.length;
  let sum = 0;
  let rest = 0;
  let magnitude = 0;
  for (let i = 0; i < length; i++) {
    const term = terms[i] as number;
    const next = sum + term;
    const part = next - sum;
    rest += sum - (next - part) + (term - part);
    sum = next;
    magnitude += Math.abs(term);
  }
  let weight = length;
  let weightRest = 0;
  if (weights !== undefined) {
    weight = 0;
    for (let i = 0; i < length; i++) {
      const term = weights[i] as number;
      const next = weight + term;
      const part = next - weight;
      weightRest += weight - (next - part) + (term - part);
      weight = next;
    }
  }
  if (weight === 0) return undefined;
  if (magnitude === 0) return 0;
  // Twice the bounds of the paper, whose relative rounding error is 2^-53: in the sum, the weights and the division.
  const spread = (length + 4) * (length + 4) * 2 ** -104;
  const approximate = sum / weight;
  const slack = (spread * magnitude) / weight + Math.abs(approximate) * spread;
  if (slack > 2 ** -960 && Math.abs(approximate) < 2 ** 960 && weight > 2 ** -480 && weight < 2 ** 480) {
    const back = approximate * weight;
    const remainder = sum - back - productError(approximate, weight, back) + rest - approximate * weightRest;
    const correction = remainder / weight;
    const low = approximate + (correction - slack);
    if (low === approximate + (correction + slack)) return low;
  }
  return exactMean(terms, weights);
}

function exactMean(terms: Floats, weights: Floats | undefined): number {
  exactTerms.clear();
  exactWeights.clear();
  exactTerms.addAll(terms);
  if (weights === undefined) exactWeights.add(terms.length);
  else exactWeights.addAll(weights);
  return exactTerms.dividedBy(exactWeights);
}
