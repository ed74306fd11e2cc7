import { checkNumber } from "../../core/index.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/**
 * Keeps the learning rate at `base`.
 *
 * @throws OnwardError `usage` when `base` is negative or not finite
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.constant({ base: 0.1 })(1000); // 0.1
 * ```
 */
export function constant({ base }: { readonly base: number }): NamedSchedule {
  checkNumber("constant", "base", base, { least: 0 });
  return named("constant", { base }, () => base);
}
