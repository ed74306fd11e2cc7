import { checkNumber } from "../../core/index.ts";
import { checkCount } from "./check-count.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `cosine`. */
export interface CosineOptions {
  /** The rate at the start. */
  readonly base: number;
  /** The number of steps down to `least`. */
  readonly steps: number;
  /** The rate at the end. Default 0. */
  readonly least?: number | undefined;
}

/**
 * Lowers the learning rate along half a cosine: rate(s) = least + (base - least) (1 + cos(pi s / steps)) / 2.
 *
 * After `steps` steps the curve goes on, and rises again. The same as PyTorch's `CosineAnnealingLR` (T_max = steps,
 * eta_min = least), stepped after each update. From "SGDR: Stochastic Gradient Descent with Warm Restarts" (Loshchilov and
 * Hutter, 2017), without restarts.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.cosine({ base: 1, steps: 100, least: 0.5 })(100); // 0.5
 * ```
 */
export function cosine({ base, steps, least = 0 }: CosineOptions): NamedSchedule {
  checkNumber("cosine", "base", base, { least: 0 });
  checkNumber("cosine", "least", least, { least: 0 });
  checkCount("cosine", "steps", steps);
  return named(
    "cosine",
    { base, steps, least },
    (at) => least + ((base - least) * (1 + Math.cos((Math.PI * at) / steps))) / 2,
  );
}
