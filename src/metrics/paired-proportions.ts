import { wilsonInterval } from "./wilson-interval.ts";

/** How two models decided the same samples. */
export interface PairedDecisions {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/**
 * Gives the 95 % interval of the difference of two paired proportions, first minus second. Undefined without samples.
 *
 * It joins Wilson's intervals of both by the correlation of the pairs, so it holds its level for small samples and is never
 * of no width.
 *
 * Source: Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data"
 * (1998), method 10.
 */
export function pairedProportionsInterval({
  both,
  firstOnly,
  secondOnly,
  neither,
}: PairedDecisions): [low: number, high: number] | undefined {
  const n = both + firstOnly + secondOnly + neither;
  const first = wilsonInterval(both + firstOnly, n);
  const second = wilsonInterval(both + secondOnly, n);
  if (first === undefined || second === undefined) return undefined;
  const [p, q] = [(both + firstOnly) / n, (both + secondOnly) / n];
  const margins = (both + firstOnly) * (secondOnly + neither) * (both + secondOnly) * (firstOnly + neither);
  const cross = both * neither - firstOnly * secondOnly;
  const corrected = cross > 0 ? Math.max(cross - n / 2, 0) : cross;
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return [p - q - reach(p - first[0], second[1] - q), p - q + reach(first[1] - p, q - second[0])];
}
