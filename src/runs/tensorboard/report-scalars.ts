import type { ReportRecord } from "../run-record.ts";

/** A point of a curve. */
export interface Scalar {
  /** The phase and what is measured: "val/accuracy". TensorBoard groups by what stands before the slash. */
  readonly tag: string;
  /** The epoch, so that the phases of one epoch stand above each other. */
  readonly step: number;
  readonly value: number;
}

/** What of a report is drawn, besides all that is under `metrics`. */
const measures = ["loss", "batchMeanLoss", "accuracy", "learningRate", "samplesPerSecond"];

/**
 * Gives a report's numbers as points of curves: its loss, accuracy, learning rate and speed, and every number under `metrics`.
 * NaN stays. A report without a phase or an epoch has none.
 *
 * @example
 * ```ts
 * import { reportScalars } from "onward/runs";
 * reportScalars({ phase: "val", epoch: 2, loss: 0.5 }); // [{ tag: "val/loss", step: 2, value: 0.5 }]
 * ```
 */
export function reportScalars(report: ReportRecord): Scalar[] {
  const { phase, epoch: step, metrics } = report;
  if (typeof phase !== "string" || typeof step !== "number") return [];
  const named = [...measures.map((name) => [name, report[name]] as const), ...Object.entries(metrics ?? {})];
  return named.flatMap(([name, value]) =>
    typeof value === "number" ? [{ tag: `${phase}/${name}`, step, value }] : [],
  );
}
