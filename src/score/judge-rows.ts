import { probabilityRows } from "../metrics/index.ts";
import type { Losses } from "./batch-means.ts";
import type { ClassSet } from "./class-set.ts";
import { type RowChunk, whereScores, withoutIgnored } from "./row-chunk.ts";
import type { RowKernels } from "./row-kernels.ts";
import { rowLosses } from "./row-losses.ts";
import type { ScoreOptions } from "./score-options.ts";
import { tempered } from "./tempered.ts";
import { thresholdDecisions } from "./threshold-decisions.ts";

/** What the options make of rows: two states that are to be merged have to agree on it. */
export interface StateShape {
  readonly options: ScoreOptions;
  readonly classes: ClassSet;
}

/** Rows with the probabilities of their classes. */
export interface ScoredRows {
  readonly labels: Int32Array;
  readonly probabilities: Float64Array;
  readonly weights: Float64Array | undefined;
  /** The class of the highest score, ties to the lowest; -1 for a row with a NaN, or whose highest score is infinite. */
  readonly highest: Int32Array;
}

/** The rows of a chunk that are not left out, with what they come to. */
export interface JudgedRows {
  readonly kept: RowChunk;
  readonly scored: ScoredRows | undefined;
  /** Absent when there is nothing to take a loss from. */
  readonly losses: Losses | undefined;
  /** The predicted class: of the prediction column, else of the highest score. */
  readonly decided: Int32Array | undefined;
}

/**
 * Computes probabilities, losses and decisions of rows. Probabilities are in memory of their own, or in what is given, if they fit,
 * or in that of the kernels.
 *
 * @throws OnwardError `data` with the row when scores contradict their kind
 */
export function judgeRows(
  chunk: RowChunk,
  { options, classes }: StateShape,
  memory?: Float64Array,
  kernels?: RowKernels,
): JudgedRows {
  const kept = withoutIgnored(chunk, classes.count);
  const { labels, scores, weights, predictions } = kept;
  const given: Losses | undefined = kept.losses && { values: kept.losses, weights, apart: weights !== undefined };
  if (scores === undefined || labels === undefined || options.kind === undefined) {
    return { kept, scored: undefined, losses: given, decided: predictions };
  }
  const used = tempered(kept, options, classes);
  const { kind } = used;
  const softmax = kind === "logits" ? kernels?.softmax(used.scores, "all") : undefined;
  const fits = memory !== undefined && memory.length >= scores.length;
  const own = () => (fits ? memory.subarray(0, scores.length) : new Float64Array(scores.length));
  const probabilities = softmax?.probabilities ?? own();
  const normalisers = softmax?.normalisers ?? new Float64Array(kept.length);
  if (softmax === undefined) {
    const where = (row: number, k?: number) => whereScores(kept, options, classes.count, row, k);
    probabilityRows(used.scores, classes.count, kind, probabilities, normalisers, where);
  }
  // A temperature leaves the order as it is: the scores as given decide.
  const known = used.scores === scores ? softmax?.highest : undefined;
  const highest = known ?? highestClasses(scores, classes.count);
  const { threshold } = options;
  const byThreshold = (at: number) => thresholdDecisions(probabilities, highest, at, classes.positive ?? 1);
  const shape = {
    kind,
    classes: classes.count,
    classWeights: options.classWeights,
    labelSmoothing: options.labelSmoothing ?? 0,
  };
  return {
    kept,
    scored: { labels, probabilities, weights, highest },
    losses: given ?? rowLosses(used.scores, normalisers, labels, weights, shape),
    decided: predictions ?? (threshold === undefined ? highest : byThreshold(threshold)),
  };
}

function highestClasses(scores: Float64Array, classes: number): Int32Array {
  const highest = new Int32Array(scores.length / classes);
  for (let row = 0, first = 0; row < highest.length; row++, first += classes) {
    let best = scores[first] as number;
    let at = 0;
    let sound = best === best;
    for (let k = 1; k < classes; k++) {
      const score = scores[first + k] as number;
      if (!(score <= best)) {
        if (score === score) {
          best = score;
          at = k;
        } else sound = false;
      }
    }
    highest[row] = sound && best !== Infinity && best !== -Infinity ? at : -1;
  }
  return highest;
}
