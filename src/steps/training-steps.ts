import type { Batch } from "../data/index.ts";
import type { ModelValues } from "./model-values.ts";
import type { Outcome } from "./outcome.ts";
import type { TrainingState } from "./training-state.ts";

/** Compiled graphs that train: batches go in, and every `window` of them the parameters move. */
export interface TrainingSteps {
  readonly state: TrainingState;
  /** The names of the parameters that it moves. */
  readonly trained: readonly string[];
  /** How many batches one step of the optimizer is made of. */
  readonly window: number;
  /** Tells the size that nearly all batches have, before the first one; where it is not told, it is that of the first. */
  expect(size: number): void;
  /**
   * Computes `count` batches of `size` samples that stand one after the other in `batch`; they are of one window where a window is of
   * several.
   *
   * @returns terms, weights and scores with a leading axis of batches
   */
  run(values: ModelValues, batch: Batch, count: number, size: number): Promise<Outcome>;
  /**
   * Ends a window, which may be short: the optimizer takes its step, if it has not already.
   *
   * @returns how many steps were left out because something was not finite
   */
  endWindow(values: ModelValues): Promise<number>;
  /** Takes back the last `run` and the window that it was of: values, statistics and state become what they were before. */
  undo(values: ModelValues): void;
  release(): Promise<void>;
}
