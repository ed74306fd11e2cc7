import { wilsonInterval } from "./wilson-interval.ts";

/** How many of how many trials succeeded. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Gives the 95 % interval of the difference of two proportions of different samples, first minus second. Undefined where one has
 * no trials.
 *
 * With Wilson's intervals [l, u] of both: p - q - sqrt((p - l_p)^2 + (u_q - q)^2) to p - q + sqrt((u_p - p)^2 + (q - l_q)^2). Of the
 * same samples the interval is wider than it had to be, if the two tend to be right together: there
 * `pairedProportionsInterval` is the one to take.
 *
 * Source: Newcombe, "Interval estimation for the difference between independent proportions" (1998), method 10.
 *
 * @example
 * ```ts
 * import { independentProportionsInterval } from "onward/metrics";
 * independentProportionsInterval({ successes: 56, trials: 70 }, { successes: 48, trials: 80 }); // [0.0524, 0.3339]
 * ```
 */
export function independentProportionsInterval(
  first: Proportion,
  second: Proportion,
): [low: number, high: number] | undefined {
  const [one, other] = [first, second].map(({ successes, trials }) => wilsonInterval(successes, trials));
  if (one === undefined || other === undefined) return undefined;
  const [p, q] = [first.successes / first.trials, second.successes / second.trials];
  return [p - q - Math.hypot(p - one[0], other[1] - q), p - q + Math.hypot(one[1] - p, q - other[0])];
}
