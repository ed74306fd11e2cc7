import { probabilityRows } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { ScoredRows } from "./judge-rows.ts";
import { type RowChunk, whereRow, withoutIgnored } from "./read-rows.ts";
import type { ScoreOptions } from "./score-options.ts";
import { tempered } from "./tempered.ts";

/** What ranking needs of rows. */
export type RankRows = Pick<ScoredRows, "labels" | "probabilities" | "weights">;

/** The rows of a chunk that are not left out, with probabilities. */
export function rankRows(chunk: RowChunk, classes: ClassSet, options: ScoreOptions): RankRows {
  const kept = withoutIgnored(chunk, classes.count);
  const { labels = new Int32Array(0), weights } = kept;
  const { scores, kind } = tempered(kept, options, classes);
  const probabilities = new Float64Array(scores.length);
  const normalisers = new Float64Array(kept.length);
  probabilityRows(scores, classes.count, kind, probabilities, normalisers, (row) => whereRow(kept, row));
  return { labels, probabilities, weights };
}
