/** The 0.975 quantile of the standard normal distribution: 95 % lie within this many deviations. */
export const normalQuantile95 = 1.959963984540054;

/**
 * Gives the 95 % interval of a proportion, `[low, high]`, from counts. Undefined without trials.
 *
 * `(p + z^2/2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2/n)`. Unlike the textbook `p -+ z sqrt(p (1 - p) / n)` it
 * stays within [0, 1] and has a width when p is 0 or 1.
 *
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
 *
 * @example
 * ```ts
 * import { wilsonInterval } from "onward/metrics";
 * wilsonInterval(8, 10); // [0.490..., 0.943...]
 * ```
 */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] | undefined {
  if (trials === 0) return undefined;
  const z2 = normalQuantile95 ** 2;
  const centre = successes + z2 / 2;
  const reach = normalQuantile95 * Math.sqrt((successes * (trials - successes)) / trials + z2 / 4);
  // The ends at 0 and 1 are exact; rounding must not move them.
  const low = successes === 0 ? 0 : (centre - reach) / (trials + z2);
  const high = successes === trials ? 1 : (centre + reach) / (trials + z2);
  return [low, high];
}
