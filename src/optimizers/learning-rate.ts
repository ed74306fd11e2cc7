import { OnwardError, show } from "../core/index.ts";
import type { Schedule } from "./optimizer.ts";
import { record } from "./schedules/named-schedule.ts";

/** A checked learning rate: a function of the step, and what a run's record says of it. */
export interface LearningRate {
  readonly at: (step: number) => number;
  /** The number, the schedule's name and options, or "custom" for a function that does not tell. */
  readonly record: unknown;
}

/**
 * Reads a learning rate that is a number or a function of the step.
 *
 * @throws OnwardError `usage` when it is neither, or gives a number that is negative or not finite
 */
export function learningRate(where: string, schedule: Schedule): LearningRate {
  if (typeof schedule !== "function") {
    check(where, "learningRate", schedule);
    return { at: () => schedule, record: record(schedule) };
  }
  return {
    at: (step) => check(where, `learningRate at step ${step}`, schedule(step)),
    record: record(schedule),
  };
}

function check(where: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new OnwardError("usage", {
    expected: `${name} to be a finite number of at least 0`,
    got: show(value),
    where,
  });
}
