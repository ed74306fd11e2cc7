import type { PhaseReport } from "../report.ts";
import type { BestEpoch } from "../snapshot.ts";

/** What a callback can do to the training that it watches. */
export interface TrainingControl {
  /** The epoch, from 1. */
  readonly epoch: number;
  /** At the end of an epoch: whether it is the best so far. */
  readonly isBest: boolean;
  /** The best epoch so far, where there is one. */
  readonly best: BestEpoch | undefined;
  /** Steps of the optimizer so far. */
  readonly steps: number;
  /** Ends training after this epoch, and says why. */
  stop(reason: string): void;
  /** The learning rate of the next step, by its schedule alone. */
  readonly scheduledRate: number;
  /** The learning rate of the next step: the scheduled one times the factor. */
  readonly learningRate: number;
  /** Tells what the scheduled rates of all later steps are multiplied by; 1 until it is told. */
  setRateFactor(factor: number): void;
  /** Tells something that the user should know. */
  warn(message: string): void;
}

/**
 * Follows training, and may steer it. What it remembers goes through `state` and `restore`, so that a resumed run repeats what
 * an uninterrupted one does.
 */
export interface Callback {
  /** Under which a checkpoint keeps its state; one of each name. */
  readonly name: string;
  /** After each phase. */
  phaseEnd?(report: PhaseReport, control: TrainingControl): void;
  /** After each epoch, with the reports of its phases. */
  epochEnd?(reports: readonly PhaseReport[], control: TrainingControl): void | Promise<void>;
  /** What it remembers, as JSON. */
  state?(): unknown;
  /** Takes in what `state` gave. */
  restore?(state: unknown): void;
}
