import { checkNumber } from "../../core/index.ts";
import { checkCount } from "./check-count.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `polynomial`. */
export interface PolynomialOptions {
  /** The rate at the start. */
  readonly base: number;
  /** The number of steps down to `least`, where the rate stays. */
  readonly steps: number;
  /** Default 1: a straight line. */
  readonly power?: number | undefined;
  /** The rate at the end. Default 0. */
  readonly least?: number | undefined;
}

/**
 * Lowers the learning rate along a power of what is left: rate(s) = least + (base - least) (1 - min(s, steps) / steps)^power.
 *
 * With `least` 0 the same as PyTorch's `PolynomialLR` (total_iters = steps), stepped after each update.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.polynomial({ base: 1, steps: 100, power: 2 })(50); // 0.25
 * ```
 */
export function polynomial({ base, steps, power = 1, least = 0 }: PolynomialOptions): NamedSchedule {
  for (const [name, value] of Object.entries({ base, power, least }))
    checkNumber("polynomial", name, value, { least: 0 });
  checkCount("polynomial", "steps", steps);
  return named(
    "polynomial",
    { base, steps, power, least },
    (step) => least + (base - least) * (1 - Math.min(step, steps) / steps) ** power,
  );
}
