import { EventFile, reportScalars, type RunFolder, type RunOutcome, type RunRecord } from "../runs/index.ts";
import type { BestEpoch, PhaseReport, Snapshot, TrainingControl } from "../train/index.ts";
import { formatNumber, formatShare } from "./format.ts";

/** How a record begins. */
export interface RecordStart {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** The model as it is. */
  readonly toOnnx: () => Promise<Uint8Array>;
  /** Of a run that goes on: from where, or from its beginning where it came to no checkpoint. */
  readonly resumed?: { readonly snapshot: Snapshot | undefined } | undefined;
}

/**
 * Keeps a run's folder up to date while it trains: each report as it comes, the same as points for TensorBoard, and after each epoch
 * the last model and, where the epoch is the best so far, the best one.
 */
export class TrainingRecord {
  readonly #folder: RunFolder;
  readonly #toOnnx: () => Promise<Uint8Array>;
  readonly #events: EventFile;
  #record: RunRecord;
  #best: BestEpoch | undefined;
  #lastModel: number | undefined;
  /** Whether there is nothing yet that would be lost with the folder. */
  #isEmpty: boolean;

  private constructor({ folder, record, toOnnx, resumed }: RecordStart, events: EventFile) {
    this.#folder = folder;
    this.#record = record;
    this.#toOnnx = toOnnx;
    this.#events = events;
    this.#isEmpty = resumed === undefined;
    const { best, epoch = 0 } = resumed?.snapshot ?? {};
    this.#best = best;
    if (epoch > 0) this.#lastModel = epoch;
  }

  /** Writes the record of a run that begins, or goes on. One that cannot begin leaves no folder behind. */
  static async begin(start: RecordStart): Promise<TrainingRecord> {
    const { folder, record, resumed } = start;
    try {
      await folder.writeRun(record);
      const from = resumed === undefined ? {} : { from: (resumed.snapshot?.epoch ?? 0) + 1 };
      return new TrainingRecord(start, await EventFile.create(folder.path, from));
    } catch (error) {
      if (resumed === undefined) await folder.discard();
      throw error;
    }
  }

  /** Adds a phase's report. */
  async add(report: PhaseReport): Promise<void> {
    await this.#folder.appendReport({ ...report });
    this.#isEmpty = false;
    for (const { tag, step, value } of reportScalars({ ...report })) this.#events.add(tag, step, value);
    await this.#events.flush();
  }

  /** Keeps the model after an epoch, and the best one. */
  async keepModels({ epoch, isBest, best }: TrainingControl): Promise<void> {
    const model = await this.#toOnnx();
    await this.#folder.writeModel("model", model);
    this.#lastModel = epoch;
    if (!isBest) return;
    await this.#folder.writeModel("best", model);
    this.#best = best;
    const { accuracy, loss } = best?.report ?? {};
    const { monitor, value } = best ?? {};
    const told = monitor === undefined ? {} : { monitor, value };
    this.#record = { ...this.#record, best: { epoch, ...told, accuracy, loss } };
    await this.#folder.writeRun(this.#record);
  }

  /** Ends the run. One that failed before its first report leaves no folder behind. */
  async end(outcome: RunOutcome): Promise<void> {
    await this.#events.close();
    if (outcome === "failed" && this.#isEmpty) return this.#folder.discard(this.#events.path);
    await this.#folder.writeRun({ ...this.#record, ended: { time: new Date().toISOString(), outcome } });
    await this.#folder.close();
  }

  /** What was saved, as lines for the terminal. */
  summary(): string {
    const lines = [`Saved ${this.#folder.path}`];
    if (this.#lastModel !== undefined) lines.push(`  model.onnx  epoch ${this.#lastModel}, the last`);
    if (this.#best !== undefined) lines.push(`  best.onnx   epoch ${this.#best.epoch}, ${describe(this.#best)}`);
    return `${lines.join("\n")}\n`;
  }
}

/** What an epoch was the best by, as text. */
function describe({ report, monitor, value }: BestEpoch): string {
  const { phase = "", accuracy, loss } = report ?? {};
  const field = monitor?.slice(phase.length + 1);
  if (field !== undefined && field !== "accuracy") return `${phase} ${field} ${formatNumber(value)}`;
  return accuracy === undefined
    ? `${phase} loss ${formatNumber(loss)}`
    : `${phase} accuracy ${formatShare(accuracy)} %`;
}
