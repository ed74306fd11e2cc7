import { checkChoice, checkNumber } from "../../core/index.ts";
import { checkCount } from "./check-count.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly peak: number;
  /** The number of steps of the whole cycle. */
  readonly steps: number;
  /** The part of the steps in which the rate rises, in [0, 1]. Default 0.3. */
  readonly rising?: number | undefined;
  /** The way from rate to rate: half a cosine, the default, or a straight line. */
  readonly anneal?: "cosine" | "linear" | undefined;
  /** The rate starts at `peak / startDivisor`. Default 25. */
  readonly startDivisor?: number | undefined;
  /** The rate ends at the first rate divided by this. Default 1e4. */
  readonly endDivisor?: number | undefined;
  /** Falls back to the first rate in as many steps as it rose, and only then to the last. Default false. */
  readonly threePhase?: boolean | undefined;
}

/**
 * Raises the learning rate to its peak and lowers it far below its start, in one cycle.
 *
 * With n steps: from `peak / startDivisor` at step 0 to `peak` at step `rising n - 1`, and down to
 * `peak / (startDivisor endDivisor)` at step n - 1, where it stays. With `threePhase` it is back at its first rate at step
 * `2 rising n - 2`.
 *
 * The same as PyTorch's `OneCycleLR` (max_lr = peak, total_steps = steps, pct_start = rising, div_factor = startDivisor,
 * final_div_factor = endDivisor), stepped after each update; but momentum is left as it is (cycle_momentum = False), and PyTorch
 * fails after the last step. From "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (Smith and
 * Topin, 2018).
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.oneCycle({ peak: 1, steps: 100 })(29); // 1
 * ```
 */
export function oneCycle(options: OneCycleOptions): NamedSchedule {
  const where = "oneCycle";
  const { peak, steps, rising = 0.3, anneal = "cosine", startDivisor = 25, endDivisor = 1e4 } = options;
  const threePhase = options.threePhase ?? false;
  checkNumber(where, "peak", peak, { least: 0 });
  checkNumber(where, "rising", rising, { least: 0, most: threePhase ? 0.5 : 1 });
  checkChoice(where, "anneal", anneal, ["cosine", "linear"]);
  checkNumber(where, "startDivisor", startDivisor, { least: 1 });
  checkNumber(where, "endDivisor", endDivisor, { least: 1 });
  checkCount(where, "steps", steps);
  const start = peak / startDivisor;
  const end = { step: steps - 1, rate: start / endDivisor };
  const top = { step: rising * steps - 1, rate: peak };
  const corners = threePhase ? [top, { step: 2 * rising * steps - 2, rate: start }, end] : [top, end];
  const between = anneal === "cosine" ? (part: number) => (1 - Math.cos(Math.PI * part)) / 2 : (part: number) => part;
  const recorded = { peak, steps, rising, anneal, startDivisor, endDivisor, threePhase };
  return named(where, recorded, (step) => {
    let from = { step: 0, rate: start };
    for (const corner of corners) {
      if (step <= corner.step) {
        const part = corner.step === from.step ? 1 : (step - from.step) / (corner.step - from.step);
        return from.rate + (corner.rate - from.rate) * between(part);
      }
      from = corner;
    }
    return end.rate;
  });
}
