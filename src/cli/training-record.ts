import type { RunFolder, RunOutcome, RunRecord } from "../runs/index.ts";
import type { PhaseReport } from "../train/index.ts";
import { isBetter } from "./best-epoch.ts";
import { formatShare } from "./format.ts";

/**
 * Keeps a run's folder up to date while it trains: each report as it comes, and after each val phase the last model and,
 * where the epoch is the best so far, the best one.
 */
export class TrainingRecord {
  readonly #folder: RunFolder;
  readonly #toOnnx: () => Promise<Uint8Array>;
  #record: RunRecord;
  #best: PhaseReport | undefined;
  #lastModel: number | undefined;
  #reports = 0;

  private constructor(folder: RunFolder, record: RunRecord, toOnnx: () => Promise<Uint8Array>) {
    this.#folder = folder;
    this.#record = record;
    this.#toOnnx = toOnnx;
  }

  /** Writes the record of a run that begins. */
  static async begin(folder: RunFolder, record: RunRecord, toOnnx: () => Promise<Uint8Array>): Promise<TrainingRecord> {
    await folder.writeRun(record);
    return new TrainingRecord(folder, record, toOnnx);
  }

  /** Adds a phase's report, and the models that go with it. */
  async add(report: PhaseReport): Promise<void> {
    await this.#folder.appendReport({ ...report });
    this.#reports++;
    if (report.phase !== "val") return;
    const model = await this.#toOnnx();
    await this.#folder.writeModel("model", model);
    this.#lastModel = report.epoch;
    if (!isBetter(report, this.#best)) return;
    await this.#folder.writeModel("best", model);
    this.#best = report;
    const { epoch, accuracy, loss } = report;
    this.#record = { ...this.#record, best: { epoch, accuracy, loss } };
    await this.#folder.writeRun(this.#record);
  }

  /** Ends the run. One that failed before its first report leaves no folder behind. */
  async end(outcome: RunOutcome): Promise<void> {
    if (outcome === "failed" && this.#reports === 0) return this.#folder.discard();
    await this.#folder.writeRun({ ...this.#record, ended: { time: new Date().toISOString(), outcome } });
    await this.#folder.close();
  }

  /** What was saved, as lines for the terminal. */
  summary(): string {
    const lines = [`Saved ${this.#folder.path}`];
    if (this.#lastModel !== undefined) lines.push(`  model.onnx  epoch ${this.#lastModel}, the last`);
    if (this.#best !== undefined) {
      lines.push(`  best.onnx   epoch ${this.#best.epoch}, val accuracy ${formatShare(this.#best.accuracy)} %`);
    }
    return `${lines.join("\n")}\n`;
  }
}
