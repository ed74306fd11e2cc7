import { probabilityRows, type ScoreKind, temperedScores } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import { type RowChunk, whereScores } from "./row-chunk.ts";
import type { ScoreOptions } from "./score-options.ts";

/** Scores, and what they are. */
export interface KindScores {
  readonly scores: Float64Array;
  readonly kind: ScoreKind;
}

/**
 * The scores that probabilities and losses come from: as they are, or divided by the temperature.
 *
 * @throws OnwardError `data` with the row when scores that are to be divided contradict their kind
 */
export function tempered(chunk: RowChunk, options: ScoreOptions, { count }: ClassSet): KindScores {
  const { kind = "logits", temperature } = options;
  const { scores = new Float64Array(0) } = chunk;
  if (temperature === undefined) return { scores, kind };
  if (kind !== "logits") {
    const where = (row: number, k?: number) => whereScores(chunk, options, count, row, k);
    probabilityRows(scores, count, kind, new Float64Array(scores.length), new Float64Array(chunk.length), where);
  }
  return { scores: temperedScores(scores, kind, temperature), kind: "logits" };
}
