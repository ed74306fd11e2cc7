import { probabilityRows } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { ScoredRows } from "./judge-rows.ts";
import { type RowChunk, whereRow, withoutIgnored } from "./row-chunk.ts";
import type { ScoreOptions } from "./score-options.ts";
import { tempered } from "./tempered.ts";

/** What ranking needs of rows. */
export type RankRows = Pick<ScoredRows, "labels" | "probabilities" | "weights">;

/**
 * The rows of a chunk that are not left out, with probabilities: in memory of their own, or in what is given, if they fit.
 */
export function rankRows(chunk: RowChunk, classes: ClassSet, options: ScoreOptions, memory?: Float64Array): RankRows {
  const kept = withoutIgnored(chunk, classes.count);
  const { labels = new Int32Array(0), weights } = kept;
  const { scores, kind } = tempered(kept, options, classes);
  const fits = memory !== undefined && memory.length >= scores.length;
  const probabilities = fits ? memory.subarray(0, scores.length) : new Float64Array(scores.length);
  probabilityRows(scores, classes.count, kind, probabilities, undefined, (row) => whereRow(kept, row));
  return { labels, probabilities, weights };
}
