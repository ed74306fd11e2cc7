import { probabilityRows } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { ScoredRows } from "./judge-rows.ts";
import { type RowChunk, whereScores, withoutIgnored } from "./row-chunk.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { RowKernels } from "./row-kernels.ts";
import { tempered } from "./tempered.ts";

/** What ranking needs of rows. */
export type RankRows = Pick<ScoredRows, "labels" | "probabilities" | "weights">;

/**
 * The rows of a chunk that are not left out, with probabilities: in memory of their own, or in that of the kernels.
 */
export function rankRows(chunk: RowChunk, classes: ClassSet, options: ScoreOptions, kernels?: RowKernels): RankRows {
  const kept = withoutIgnored(chunk, classes.count);
  const { labels = new Int32Array(0), weights } = kept;
  const { scores, kind } = tempered(kept, options, classes);
  if (kernels !== undefined && kind === "logits") {
    return { labels, probabilities: kernels.softmax(scores, "probabilities").probabilities, weights };
  }
  const probabilities = kernels?.memory.subarray(0, scores.length) ?? new Float64Array(scores.length);
  const where = (row: number, k?: number) => whereScores(kept, options, classes.count, row, k);
  probabilityRows(scores, classes.count, kind, probabilities, undefined, where);
  return { labels, probabilities, weights };
}
