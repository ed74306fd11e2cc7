import { checkCount } from "./check-count.ts";
import { checkNumber } from "../../core/index.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `step`. */
export interface StepOptions {
  /** The rate at the start. */
  readonly base: number;
  /** After how many steps, and again after as many, the rate is multiplied by `factor`. */
  readonly every: number;
  /** Default 0.1. */
  readonly factor?: number | undefined;
}

/**
 * Multiplies the learning rate by a factor at regular intervals: rate(s) = base factor^floor(s / every).
 *
 * The same as PyTorch's `StepLR` (step_size = every, gamma = factor), stepped after each update.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.step({ base: 1, every: 100, factor: 0.5 })(250); // 0.25
 * ```
 */
export function step({ base, every, factor = 0.1 }: StepOptions): NamedSchedule {
  checkNumber("step", "base", base, { least: 0 });
  checkNumber("step", "factor", factor, { least: 0 });
  checkCount("step", "every", every);
  return named("step", { base, every, factor }, (at) => base * factor ** Math.floor(at / every));
}
