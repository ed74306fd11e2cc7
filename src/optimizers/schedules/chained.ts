import type { Schedule } from "../optimizer.ts";
import { named, record, type NamedSchedule } from "./named-schedule.ts";
import { checkParts } from "./sequential.ts";

/** Options of `chained`. */
export interface ChainedOptions {
  /** The schedules whose product is the rate: one with the base rate, the others usually with base 1. */
  readonly schedules: readonly Schedule[];
}

/**
 * Multiplies schedules: rate(s) = the product of all schedules[k](s); 1 without any.
 *
 * The same as PyTorch's `ChainedScheduler` of schedulers that multiply the rate (all but the cosines with an eta_min), stepped
 * after each update.
 *
 * @throws OnwardError `usage` when one is a number that is no rate
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * const { chained, exponential, step } = schedules;
 * chained({ schedules: [step({ base: 1, every: 2 }), exponential({ base: 1, factor: 0.5 })] })(2); // 0.025
 * ```
 */
export function chained({ schedules }: ChainedOptions): NamedSchedule {
  const parts = checkParts("chained", schedules);
  return named("chained", { schedules: schedules.map(record) }, (step) =>
    parts.reduce((product, rate) => product * rate(step), 1),
  );
}
