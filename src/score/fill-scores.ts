import type { DuckDBDataChunk } from "@duckdb/node-api";
import { OnwardError, show } from "../core/index.ts";
import { doubles, floats, lists, present } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { FileLayout } from "./file-layout.ts";
import type { ScoreOptions } from "./score-options.ts";

/** What is wrong with a value. */
export interface Fault {
  readonly name: string;
  readonly row: number;
  readonly expected: string;
}

/** Copies the scores of a chunk row by row; says what is wrong, if something is. */
export function fillScores(
  chunk: DuckDBDataChunk,
  first: number,
  { scores }: FileLayout,
  classes: ClassSet,
  { kind }: ScoreOptions,
  out: Float64Array,
  isIgnored: (row: number) => boolean,
  where: (row: number) => string,
): Fault | undefined {
  const count = classes.count;
  const length = chunk.rowCount;
  const absent = (name: string, validity: Uint8Array | undefined): Fault | undefined => {
    if (validity === undefined) return undefined;
    for (let row = 0; row < length; row++) {
      if (!present(validity, row) && !isIgnored(row)) return { name, row, expected: "a number" };
    }
    return undefined;
  };
  if (scores?.form === "columns") {
    for (const [k, name] of scores.names.entries()) {
      const { values, validity } = scores.single ? floats(chunk, first + k) : doubles(chunk, first + k);
      const bad = absent(name, validity);
      if (bad !== undefined) return bad;
      for (let row = 0, cell = k; row < length; row++, cell += count) out[cell] = values[row] as number;
    }
  } else if (scores?.form === "list") {
    const { values, validity, entries, childValidity } = lists(chunk, first, scores.single);
    for (let row = 0; row < length; row++) {
      if (isIgnored(row)) {
        out.fill(NaN, row * count, (row + 1) * count);
        continue;
      }
      const there = present(validity, row);
      const width = there ? Number(entries[2 * row + 1]) : 0;
      if (width !== count) return { name: scores.name, row, expected: `a list of ${count} numbers` };
      const start = Number(entries[2 * row]);
      for (let k = 0; k < count; k++) {
        if (!present(childValidity, start + k))
          return { name: scores.name, row, expected: `a list of ${count} numbers` };
        out[row * count + k] = values[start + k] as number;
      }
    }
  } else if (scores !== undefined) {
    const { values, validity } = scores.single ? floats(chunk, first) : doubles(chunk, first);
    const bad = absent(scores.name, validity);
    if (bad !== undefined) return bad;
    const positive = classes.positive ?? 1;
    for (let row = 0; row < length; row++) {
      const score = values[row] as number;
      if (!isIgnored(row) && kind === "probabilities" && (score < 0 || score > 1)) {
        throw new OnwardError("data", { expected: "probability to be in [0, 1]", got: show(score), where: where(row) });
      }
      out[2 * row + positive] = score;
      out[2 * row + 1 - positive] =
        kind === "logits" ? 0 : kind === "probabilities" ? 1 - score : Math.log1p(-Math.exp(score));
    }
  }
  return undefined;
}
