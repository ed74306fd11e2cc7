import { checkNumber } from "../../core/index.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `exponential`. */
export interface ExponentialOptions {
  /** The rate at the start. */
  readonly base: number;
  /** What the rate is multiplied by after each step. */
  readonly factor: number;
}

/**
 * Multiplies the learning rate by a factor after each step: rate(s) = base factor^s.
 *
 * The same as PyTorch's `ExponentialLR` (gamma = factor), stepped after each update.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.exponential({ base: 1, factor: 0.5 })(3); // 0.125
 * ```
 */
export function exponential({ base, factor }: ExponentialOptions): NamedSchedule {
  checkNumber("exponential", "base", base, { least: 0 });
  checkNumber("exponential", "factor", factor, { least: 0 });
  return named("exponential", { base, factor }, (step) => base * factor ** step);
}
