import { OnwardError, show } from "../core/errors.ts";

/**
 * McNemar's exact test on paired decisions: how likely so uneven a split of the disagreements is, if both models were
 * equally good. `p = min(1, 2 P(X <= min(first, second)))` with X binomial over the disagreements, chance one half; 1 when
 * there are none.
 *
 * Source: McNemar (1947), in its exact form; SciPy's `binomtest(first, first + second, 0.5).pvalue`.
 *
 * @param firstOnly - samples that only the first model decided right
 * @param secondOnly - samples that only the second one did
 * @throws OnwardError `usage` when one is not a count
 */
export function mcnemar(firstOnly: number, secondOnly: number): number {
  for (const count of [firstOnly, secondOnly]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new OnwardError("usage", { expected: "counts of disagreements", got: show(count) });
    }
  }
  const trials = firstOnly + secondOnly;
  const fewer = Math.min(firstOnly, secondOnly);
  if (2 * fewer === trials) return 1;
  // Terms fall from the largest one on; each is the one before times k / (trials - k + 1).
  let term = Math.exp(logHalfBinomial(fewer, trials));
  let tail = 0;
  for (let k = fewer; k >= 0 && term > tail * 1e-18; k--) {
    tail += term;
    term *= k / (trials - k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** `log(C(n, k) / 2^n)` by Loader's saddle point, which does not cancel for large n (Loader 2000). */
function logHalfBinomial(k: number, n: number): number {
  if (k === 0) return -n * Math.LN2;
  const half = n / 2;
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, half) -
    deviance(n - k, half) -
    0.5 * Math.log((2 * Math.PI * k * (n - k)) / n)
  );
}

/** `log(n!) - log(sqrt(2 pi n) (n / e)^n)`. */
function stirlingError(n: number): number {
  if (n < 16) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - 0.5 * Math.log(2 * Math.PI * n) - n * Math.log(n) + n;
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** `x log(x / mean) + mean - x`, by a series where it would cancel. */
function deviance(x: number, mean: number): number {
  const v = (x - mean) / (x + mean);
  if (Math.abs(v) >= 0.1) return x * Math.log(x / mean) + mean - x;
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let j = 1; ; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}
