import { OnwardError, show } from "../core/index.ts";
import { metricNames } from "./metrics/named-metrics.ts";
import type { PhaseReport } from "./report.ts";

/** Fields of a report that are better when lower; of all others more is better. */
const lowerIsBetter = new Set([
  "loss",
  "lossSum",
  "lossStandardError",
  "batchMeanLoss",
  "brier",
  "ece",
  "nonFinite",
  "seconds",
  "waitSeconds",
  "ignored",
]);

/**
 * Watches a number of a report, or of its metrics: "val.accuracy", "val.loss", "val.f1". Losses and calibration errors are better when lower, all else when higher.
 *
 * @example
 * ```ts
 * import { Monitor } from "onward/train";
 * new Monitor("val.loss").isBetter(0.1, 0.2); // true
 * ```
 */
export class Monitor {
  /** As it was given. */
  readonly name: string;
  readonly phase: string;
  readonly field: string;
  readonly mode: "min" | "max";
  /** The metrics that are known to be asked for. */
  #metrics: readonly string[] = [];

  /** @throws OnwardError `usage` when it is not "PHASE.FIELD" */
  constructor(name: string) {
    const dot = name.indexOf(".");
    this.name = name;
    this.phase = name.slice(0, Math.max(dot, 0));
    this.field = name.slice(dot + 1);
    if (this.phase === "" || this.field === "") {
      throw new OnwardError("usage", { expected: 'a monitor such as "val.accuracy" or "val.loss"', got: show(name) });
    }
    this.mode = lowerIsBetter.has(this.field) ? "min" : "max";
  }

  /**
   * Checks that there will be such a number, before anything is trained.
   *
   * @param metrics - the names of those that reports will have
   * @throws OnwardError `usage` when no phase has that name, or its reports no such number
   */
  check(phases: readonly string[], metrics: readonly string[]): void {
    this.#checkPhase(phases);
    this.#metrics = metrics;
    if (metrics.includes(this.field) || Object.hasOwn(numbers, this.field)) return;
    throw this.#noSuchField([...Object.keys(numbers), ...metrics]);
  }

  /**
   * Reads the number from an epoch's reports; NaN where the report has none, as one of a phase without weight has no loss.
   *
   * @throws OnwardError `usage` when no phase has that name, or its report no such field with a number
   */
  read(reports: readonly PhaseReport[]): number {
    this.#checkPhase(reports.map(({ phase }) => phase));
    const report = reports.find(({ phase }) => phase === this.phase);
    const fields: Readonly<Record<string, unknown>> = { ...report, ...report?.metrics };
    const value = fields[this.field];
    if (typeof value === "number") return value;
    const asked = this.#metrics.includes(this.field) || (report?.metrics !== undefined && isMetric(this.field));
    if (value === undefined && (asked || numbers[this.field] === "optional")) return NaN;
    throw this.#noSuchField(Object.keys(fields).filter((key) => typeof fields[key] === "number"));
  }

  /** Whether a value beats another by more than `margin`. One that is not finite never does; every other beats a NaN. */
  isBetter(value: number, best: number, margin = 0): boolean {
    if (!Number.isFinite(value)) return false;
    if (Number.isNaN(best)) return true;
    return this.mode === "min" ? value < best - margin : value > best + margin;
  }

  #checkPhase(phases: readonly string[]): void {
    if (phases.includes(this.phase)) return;
    const where = `monitor ${this.name}`;
    throw new OnwardError("usage", { expected: `a phase of ${phases.join(", ")}`, got: show(this.phase), where });
  }

  #noSuchField(known: readonly string[]): OnwardError {
    return new OnwardError("usage", {
      expected: `a field of ${known.join(", ")}`,
      got: show(this.field),
      where: `monitor ${this.name}`,
      ...(isMetric(this.field) && { advice: `ask for the metric, too: metrics (--metrics) with ${this.field}` }),
    });
  }
}

function isMetric(field: string): boolean {
  return metricNames.includes(field) || /^top[1-9]\d*$/.test(field);
}

/** The numbers of a report; the optional ones are left out where there is nothing to divide by. */
const numbers: Readonly<Record<string, "always" | "optional">> = {
  loss: "optional",
  accuracy: "optional",
  lossSum: "optional",
  lossWeight: "optional",
  lossStandardError: "optional",
  batchMeanLoss: "optional",
  batchMeanBias: "optional",
  correct: "optional",
  nonFinite: "always",
  samples: "always",
  ignored: "always",
  batches: "always",
  datasetSize: "always",
  seconds: "always",
  waitSeconds: "always",
  samplesPerSecond: "always",
} satisfies Record<NumberOf<PhaseReport>, "always" | "optional">;

/** The names of the fields that hold a number; but those that say where training stands, and not how it goes. */
type NumberOf<T> = Exclude<
  { [K in keyof T]-?: NonNullable<T[K]> extends number ? K : never }[keyof T],
  "epoch" | "steps" | "learningRate" | "skippedSteps"
>;
