import { basename } from "node:path";
import { bestReport, reportsOf } from "./best-report.ts";
import type { Run } from "./read-run.ts";
import type { RunOutcome } from "./run-record.ts";

/** A value of the val phase, and the epoch that had it. */
export interface BestValue {
  readonly value: number;
  readonly epoch?: number;
}

/** A run in a few words. What its record does not say is absent. */
export interface RunSummary {
  readonly name: string;
  readonly folder: string;
  /** "running" of every run that did not say how it ended, so of one that was killed too: see `updated`. */
  readonly state: RunOutcome | "running";
  readonly started?: string;
  readonly ended?: string;
  /** When it last wrote a report, as ISO 8601 in UTC. */
  readonly updated?: string;
  readonly data?: string;
  readonly model?: string;
  /** Epochs that reports are there of. */
  readonly epochs: number;
  readonly epochsWanted?: number;
  readonly bestAccuracy?: BestValue;
  readonly bestLoss?: BestValue;
}

/** Sums a run up. Whatever its files hold, nothing is thrown. */
export function summarizeRun(folder: string, { record, reports }: Run, updated?: string): RunSummary {
  const ended = fields(record.ended);
  const { data, model, epochs } = fields(record.options);
  const outcome = (["finished", "stopped", "failed"] as const).find((name) => name === ended["outcome"]);
  const val = reportsOf(reports, "val");
  const best = (measure: "accuracy" | "loss"): BestValue | undefined => {
    const { [measure]: value, epoch } = bestReport(val, measure) ?? {};
    if (typeof value !== "number") return undefined;
    return { value, ...(typeof epoch === "number" && { epoch }) };
  };
  const [bestAccuracy, bestLoss] = [best("accuracy"), best("loss")];
  return {
    name: basename(folder),
    folder,
    state: outcome ?? "running",
    ...(typeof record.started === "string" && { started: record.started }),
    ...(typeof ended["time"] === "string" && { ended: ended["time"] }),
    ...(updated !== undefined && { updated }),
    ...(typeof data === "string" && { data }),
    ...(typeof model === "string" && { model }),
    epochs: reports.reduce((most, { epoch }) => (typeof epoch === "number" && epoch > most ? epoch : most), 0),
    ...(typeof epochs === "number" && { epochsWanted: epochs }),
    ...(bestAccuracy && { bestAccuracy }),
    ...(bestLoss && { bestLoss }),
  };
}

/** An object's fields; none of what is no object. */
function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
