import type { DuckDBDataChunk } from "@duckdb/node-api";
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
  if (scores?.form === "columns" || scores?.form === "list") {
    const column = lists(chunk, first, scores.single);
    if (areRows(column, length, count)) {
      out.set(column.values.subarray(0, length * count));
      return undefined;
    }
    const { values, validity, entries, childValidity } = column;
    for (let row = 0; row < length; row++) {
      if (isIgnored(row)) {
        out.fill(NaN, row * count, (row + 1) * count);
        continue;
      }
      const there = present(validity, row);
      const width = there ? Number(entries[2 * row + 1]) : 0;
      const start = there ? Number(entries[2 * row]) : 0;
      const bad = (k: number): Fault =>
        scores.form === "columns"
          ? { name: scores.names[k] ?? "", row, expected: "a number" }
          : { name: scores.name, row, expected: `a list of ${count} numbers` };
      if (width !== count) return bad(0);
      for (let k = 0; k < count; k++) {
        if (!present(childValidity, start + k)) return bad(k);
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
      if (!isIgnored(row)) {
        const { name } = scores;
        if (kind === "probabilities" && (score < 0 || score > 1)) {
          return { name, row, expected: "probability to be in [0, 1]" };
        }
        if (kind === "log-probabilities" && score > 0)
          return { name, row, expected: "log-probability to be at most 0" };
      }
      out[2 * row + positive] = score;
      out[2 * row + 1 - positive] =
        kind === "logits" ? 0 : kind === "probabilities" ? 1 - score : Math.log1p(-Math.exp(score));
    }
  }
  return undefined;
}

/** Whether lists of one length follow each other without a gap, and nothing is absent: they can be copied as a whole. */
function areRows({ validity, childValidity, entries }: ReturnType<typeof lists>, rows: number, count: number): boolean {
  if (validity !== undefined || childValidity !== undefined) return false;
  // The low words of 64 bits, where they come first; else nothing fits, and rows are copied one by one.
  const words = new Uint32Array(entries.buffer, entries.byteOffset, 4 * rows);
  for (let row = 0; row < rows; row++) {
    if (words[4 * row] !== row * count || words[4 * row + 2] !== count) return false;
  }
  return true;
}
