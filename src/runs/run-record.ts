/** What `run.json` holds: how a run was made, so that it can be understood and repeated. */
export interface RunRecord {
  /** The version of this format. */
  readonly run: 1;
  /** When it started, as ISO 8601 in UTC. */
  readonly started: string;
  /** When and how it ended; absent while it runs, and for good when the process died. */
  readonly ended?: { readonly time: string; readonly outcome: RunOutcome };
  /** Every option, the defaults included. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Versions of onward, onnxruntime and node. */
  readonly versions: Readonly<Record<string, string>>;
  /** Operating system, architecture and the like. */
  readonly platform: Readonly<Record<string, string | number>>;
  readonly classNames?: readonly string[];
  /** How raw values became the model's inputs, as the data source states it. */
  readonly preprocessing?: unknown;
  /** What the model with the best epoch is, once there is one. */
  readonly best?: Readonly<Record<string, unknown>>;
}

/** All epochs done, told to stop, or an error. */
export type RunOutcome = "finished" | "stopped" | "failed";

/** One line of `reports.jsonl`: a phase's report. */
export type ReportRecord = Readonly<Record<string, unknown>>;

/** The files of a run folder. */
export const runFiles = {
  run: "run.json",
  reports: "reports.jsonl",
  model: "model.onnx",
  best: "best.onnx",
} as const;
