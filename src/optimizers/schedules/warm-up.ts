import { checkNumber } from "../../core/index.ts";
import type { Schedule } from "../optimizer.ts";
import { checkCount } from "./check-count.ts";
import { named, record, type NamedSchedule } from "./named-schedule.ts";

/** Options of `warmUp`. */
export interface WarmUpOptions {
  /** The number of steps until the rate is that of `then`. */
  readonly steps: number;
  /** The learning rate afterwards; a function starts at its own step 0 then. */
  readonly then: Schedule;
  /** The factor at the very first step. Default 0. */
  readonly start?: number | undefined;
}

/**
 * Raises the learning rate along a straight line, and goes on with another schedule:
 *
 * rate(s) = then(0) (start + (1 - start) s / steps) for s < steps, then(s - steps) afterwards.
 *
 * The same as PyTorch's `SequentialLR` of a `LinearLR` (start_factor = start, total_iters = steps) and the other, with the
 * milestone `steps`.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * const rate = schedules.warmUp({ steps: 10, then: schedules.cosine({ base: 1, steps: 90 }) });
 * rate(5); // 0.5
 * ```
 */
export function warmUp({ steps, then, start = 0 }: WarmUpOptions): NamedSchedule {
  checkCount("warmUp", "steps", steps);
  checkNumber("warmUp", "start", start, { least: 0 });
  if (typeof then !== "function") checkNumber("warmUp", "then", then, { least: 0 });
  const after = typeof then === "function" ? then : () => then;
  return named("warmUp", { steps, then: record(then), start }, (at) =>
    at < steps ? after(0) * (start + ((1 - start) * at) / steps) : after(at - steps),
  );
}
