import { checkNumber } from "../../core/index.ts";
import { checkCount } from "./check-count.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `linear`. */
export interface LinearOptions {
  /** The rate that the factors multiply. */
  readonly base: number;
  /** The number of steps from `start` to `end`. */
  readonly steps: number;
  /** The factor at the start. Default 1. */
  readonly start?: number | undefined;
  /** The factor from step `steps` on. Default 0. */
  readonly end?: number | undefined;
}

/**
 * Moves the learning rate along a straight line: rate(s) = base (start + (end - start) min(s, steps) / steps).
 *
 * The same as PyTorch's `LinearLR` (start_factor = start, end_factor = end, total_iters = steps), stepped after each update;
 * but for the defaults, which lower the rate to 0 here and raise it from a third there.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.linear({ base: 1, steps: 100 })(75); // 0.25
 * ```
 */
export function linear({ base, steps, start = 1, end = 0 }: LinearOptions): NamedSchedule {
  for (const [name, value] of Object.entries({ base, start, end })) checkNumber("linear", name, value, { least: 0 });
  checkCount("linear", "steps", steps);
  return named(
    "linear",
    { base, steps, start, end },
    (at) => base * (start + ((end - start) * Math.min(at, steps)) / steps),
  );
}
