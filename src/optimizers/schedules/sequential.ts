import { checkNumber, OnwardError } from "../../core/index.ts";
import type { Schedule } from "../optimizer.ts";
import { checkMilestones } from "./multi-step.ts";
import { named, record, type NamedSchedule } from "./named-schedule.ts";

/** Options of `sequential`. */
export interface SequentialOptions {
  /** The schedules, one after the other; each starts at its own step 0. */
  readonly schedules: readonly Schedule[];
  /** The steps at which the second, the third and so on begin. */
  readonly at: readonly number[];
}

/**
 * Follows one schedule after the other: rate(s) = schedules[k](s - at[k - 1]) with k the number of `at` that are at most s.
 *
 * The same as PyTorch's `SequentialLR` (milestones = at), stepped after each update.
 *
 * @throws OnwardError `usage` when there is not one schedule more than steps in `at`, or these do not rise
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * const rate = schedules.sequential({ schedules: [0.1, schedules.cosine({ base: 1, steps: 90 })], at: [10] });
 * rate(10); // 1
 * ```
 */
export function sequential({ schedules, at }: SequentialOptions): NamedSchedule {
  const milestones = checkMilestones("sequential", at);
  if (schedules.length !== milestones.length + 1) {
    throw new OnwardError("usage", {
      expected: "one schedule more than steps at which the next begins",
      got: `${schedules.length} and ${milestones.length}`,
      where: "sequential",
    });
  }
  const parts = checkParts("sequential", schedules);
  return named("sequential", { schedules: schedules.map(record), at: milestones }, (step) => {
    const part = milestones.filter((milestone) => milestone <= step).length;
    return parts[part]?.(step - (milestones[part - 1] ?? 0)) ?? NaN;
  });
}

/** Checks a list of schedules. @throws OnwardError `usage` when one is a number that is no rate */
export function checkParts(where: string, schedules: readonly Schedule[]): readonly ((step: number) => number)[] {
  return schedules.map((schedule, i) => {
    if (typeof schedule === "function") return schedule;
    checkNumber(where, `schedules[${i}]`, schedule, { least: 0 });
    return () => schedule;
  });
}
