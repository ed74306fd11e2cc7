import { stringify } from "../core/index.ts";
import { explainAverages } from "../metrics/index.ts";
import type { PhaseReport, Progress } from "../train/index.ts";
import type { Io, Output } from "./command.ts";
import { formatCount } from "./format.ts";
import { ProgressBar } from "./progress.ts";
import { reportHead, reportRow } from "./report-row.ts";

const whyTrainEval =
  "train-eval scores the train samples after the epoch, all by the same weights, without dropout or augmentation and by running\n" +
  "statistics; train is the mean over an epoch in which the weights moved. The first compares with val.\n";

/**
 * Shows training: a progress bar while a phase runs, then its row, and at the end why the averages differ.
 *
 * Rows go to standard output; with JSON, reports go there as one line each, and rows to standard error.
 */
export class TrainingDisplay {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #epochs: number;
  readonly #bar: ProgressBar;
  readonly #lastEpoch: PhaseReport[] = [];
  #heading = "";

  constructor(io: Io, { json, epochs }: { readonly json: boolean; readonly epochs: number }) {
    this.#io = io;
    this.#json = json;
    this.#epochs = epochs;
    this.#bar = new ProgressBar(io.stderr);
  }

  /** Says what is trained; it is shown when the first samples are done, since until then the run may prove impossible. */
  begin(model: string, data: string, sizes: Readonly<Record<string, number>>, folder: string): void {
    const counts = Object.entries(sizes).map(([phase, size]) => `${formatCount(size)} ${phase} samples`);
    this.#heading = `Training ${model} on ${data}: ${counts.join(", ")}. Run folder: ${folder}\n\n${reportHead}\n`;
  }

  progress({ phase, epoch, samplesDone, samples }: Progress): void {
    this.#showHeading();
    this.#bar.update({ label: `epoch ${epoch ?? 0}/${this.#epochs} ${phase}`, done: samplesDone, total: samples });
  }

  report(report: PhaseReport): void {
    this.#showHeading();
    this.#bar.clear();
    this.#rows.write(`${reportRow(report)}\n`);
    if (this.#json) this.#io.stdout.write(`${stringify(report)}\n`);
    if (report.epoch !== this.#lastEpoch[0]?.epoch) this.#lastEpoch.length = 0;
    this.#lastEpoch.push(report);
  }

  /** Explains the averages of the last epoch, and says what was saved. */
  end(summary: string): void {
    this.#bar.clear();
    const explained = this.#lastEpoch.flatMap((report) => {
      const why = explainAverages(report);
      return why === undefined ? [] : [`${report.phase}, epoch ${report.epoch ?? 0}: ${why}\n`];
    });
    if (this.#lastEpoch.some(({ phase }) => phase === "train-eval")) explained.push(whyTrainEval);
    this.#rows.write(`\n${explained.join("")}${explained.length > 0 ? "\n" : ""}${summary}`);
  }

  /** Tells something besides the reports. */
  remark(text: string): void {
    this.#bar.clear();
    this.#io.stderr.write(`onward: ${text}\n`);
  }

  /** Takes the bar away before an error is shown. */
  clear(): void {
    this.#bar.clear();
  }

  #showHeading(): void {
    if (this.#heading !== "") this.#rows.write(this.#heading);
    this.#heading = "";
  }

  get #rows(): Output {
    return this.#json ? this.#io.stderr : this.#io.stdout;
  }
}
