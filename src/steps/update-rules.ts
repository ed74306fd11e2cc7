import { checkNumber, checkOptionNames, OnwardError } from "../core/index.ts";

/** What happens to gradients and parameters besides the optimizer. */
export interface UpdateRules {
  /** The gradients are scaled down together where the norm of all of them exceeds this. */
  readonly clipNorm?: number | undefined;
  /** Each element of a gradient is brought into [-clipValue, clipValue]. */
  readonly clipValue?: number | undefined;
  /** Keeps a moving average of parameters and running statistics, of which each step keeps this share. */
  readonly averageDecay?: number | undefined;
  /** A step whose loss or gradients are not finite leaves everything as it is. */
  readonly skipNonFinite?: boolean | undefined;
}

/**
 * Checks the rules.
 *
 * @throws OnwardError `usage` when one is unknown or out of its range, or gradients would be clipped in both ways
 */
export function checkUpdateRules(where: string, rules: UpdateRules): void {
  checkOptionNames(where, rules, ["clipNorm", "clipValue", "averageDecay", "skipNonFinite"]);
  const { clipNorm, clipValue, averageDecay } = rules;
  if (clipNorm !== undefined) checkNumber(where, "clipNorm", clipNorm, { above: 0 });
  if (clipValue !== undefined) checkNumber(where, "clipValue", clipValue, { above: 0 });
  if (averageDecay !== undefined) checkNumber(where, "averageDecay", averageDecay, { least: 0, below: 1 });
  if (clipNorm !== undefined && clipValue !== undefined) {
    throw new OnwardError("usage", { expected: "clipNorm or clipValue", got: "both", where });
  }
}
