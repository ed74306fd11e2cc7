import { checkNumber } from "../../core/index.ts";
import { checkCount } from "./check-count.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `cosineRestarts`. */
export interface CosineRestartsOptions {
  /** The rate at the start of each period. */
  readonly base: number;
  /** The number of steps of the first period. */
  readonly steps: number;
  /** How many times as long as the one before each period is: an integer. Default 1. */
  readonly growth?: number | undefined;
  /** The rate that the end of a period comes near. Default 0. */
  readonly least?: number | undefined;
}

/**
 * Lowers the learning rate along half a cosine, again and again: in a period of T steps,
 * rate(s) = least + (base - least) (1 + cos(pi s / T)) / 2 for its steps s = 0 to T - 1.
 *
 * The same as PyTorch's `CosineAnnealingWarmRestarts` (T_0 = steps, T_mult = growth, eta_min = least), stepped after each update.
 * From "SGDR: Stochastic Gradient Descent with Warm Restarts" (Loshchilov and Hutter, 2017).
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.cosineRestarts({ base: 1, steps: 10, growth: 2 })(20); // 0.5
 * ```
 */
export function cosineRestarts({ base, steps, growth = 1, least = 0 }: CosineRestartsOptions): NamedSchedule {
  checkNumber("cosineRestarts", "base", base, { least: 0 });
  checkNumber("cosineRestarts", "least", least, { least: 0 });
  checkCount("cosineRestarts", "steps", steps);
  checkCount("cosineRestarts", "growth", growth);
  return named("cosineRestarts", { base, steps, growth, least }, (step) => {
    let [at, period] = [step, steps];
    if (growth === 1) at %= period;
    while (at >= period) {
      at -= period;
      period *= growth;
    }
    return least + ((base - least) * (1 + Math.cos((Math.PI * at) / period))) / 2;
  });
}
