import { checkNumber, OnwardError, show } from "../../core/index.ts";
import { named, type NamedSchedule } from "./named-schedule.ts";

/** Options of `multiStep`. */
export interface MultiStepOptions {
  /** The rate at the start. */
  readonly base: number;
  /** The steps at which the rate is multiplied by `factor`; one that stands twice multiplies twice. */
  readonly at: readonly number[];
  /** Default 0.1. */
  readonly factor?: number | undefined;
}

/**
 * Multiplies the learning rate by a factor at given steps: rate(s) = base factor^(the number of `at` that are at most s).
 *
 * The same as PyTorch's `MultiStepLR` (milestones = at, gamma = factor), stepped after each update.
 *
 * @throws OnwardError `usage` when a number is out of its range
 *
 * @example
 * ```ts
 * import { schedules } from "onward/optimizers";
 * schedules.multiStep({ base: 1, at: [30, 80], factor: 0.5 })(80); // 0.25
 * ```
 */
export function multiStep({ base, at, factor = 0.1 }: MultiStepOptions): NamedSchedule {
  checkNumber("multiStep", "base", base, { least: 0 });
  checkNumber("multiStep", "factor", factor, { least: 0 });
  const milestones = checkMilestones("multiStep", at);
  return named(
    "multiStep",
    { base, at: milestones, factor },
    (step) => base * factor ** milestones.filter((milestone) => milestone <= step).length,
  );
}

/** Checks a list of steps. @throws OnwardError `usage` when one is no integer of at least 0, or comes before its predecessor */
export function checkMilestones(where: string, at: readonly number[]): readonly number[] {
  const given: unknown = at;
  const rises = (step: unknown, i: number) =>
    typeof step === "number" && Number.isSafeInteger(step) && step >= (at[i - 1] ?? 0);
  if (Array.isArray(given) && given.every(rises)) return [...at];
  throw new OnwardError("usage", { expected: "at to be a rising list of steps", got: show(given), where });
}
