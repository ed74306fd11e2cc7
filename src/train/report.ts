import type { TallyReport } from "../metrics/index.ts";
import type { Mode } from "./mode.ts";

/** What a phase yields: the tally of its samples, and where and how fast they were seen. */
export interface PhaseReport extends TallyReport {
  readonly phase: string;
  readonly mode: Mode;
  /** From 1; absent for an evaluation on its own before any training. */
  readonly epoch?: number;
  /** The metrics that were asked for, by name; one without a value is absent. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Of a training pass: the optimizer's steps so far, in all epochs. */
  readonly steps?: number;
  /** Of a training pass: the learning rate of its last step. */
  readonly learningRate?: number;
  /** Of a training pass: steps left out because a loss or gradient was not finite; absent where there were none. */
  readonly skippedSteps?: number;
  /** Samples in the data set; `samples` counts those that were seen. */
  readonly datasetSize: number;
  /** Wall-clock time of the pass, loading included. */
  readonly seconds: number;
  /** Of `seconds`: how long the next batch had to be waited for, as it was not read yet. */
  readonly waitSeconds: number;
  readonly samplesPerSecond: number;
}
