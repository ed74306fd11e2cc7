import type { ScoreKind } from "../metrics/index.ts";

/** What to score and how; the options of `onward score`. Nothing is guessed: what is absent is not there. */
export interface ScoreOptions {
  /** The column of true labels. Needed but for a loss alone. */
  readonly label?: string;
  /** A list column, a numeric column, or the common prefix of columns PREFIX0, PREFIX1, ... */
  readonly scores?: string;
  /** What the scores are; needed with `scores`. */
  readonly kind?: ScoreKind;
  /** The column of predicted labels. */
  readonly prediction?: string;
  /** The column of per-sample losses, taken as they are. */
  readonly loss?: string;
  /** The column of per-sample weights. */
  readonly weight?: string;
  /** The column that says which batch a row was in; or how many rows of a file make one. */
  readonly batch?: string;
  readonly batchSize?: number;
  /** The label of rows to leave out. */
  readonly ignoreLabel?: string;
  readonly classWeights?: readonly number[];
  readonly labelSmoothing?: number;
  readonly topK?: readonly number[];
  readonly bins?: number;
  /** The column by whose values the rows are scored apart as well. */
  readonly by?: string;
  /** The names of the classes, in the order of the scores. */
  readonly classes?: readonly string[];
  /** What scores are divided by, as logits, before probabilities and losses come from them. */
  readonly temperature?: number;
  /** For two classes: the probability from which on a row is decided as positive; else the higher score decides. */
  readonly threshold?: number;
  /** The class that a single score is of, and that binary areas are of. */
  readonly positive?: string;
}
