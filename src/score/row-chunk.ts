import type { ScoreOptions } from "./score-options.ts";

/** Some rows of a file, in its order. Arrays are used again for the next rows: copy what is to stay. */
export interface RowChunk {
  /** What owns the memory of the arrays. */
  readonly owner: unknown;
  readonly file: string;
  /** The number of the first row in its file, from 0. */
  readonly firstRow: number;
  readonly length: number;
  /** Where the rows were among those that were read together; in order from 0 when absent. */
  readonly rows?: Int32Array;
  /** Class indices; -1 for rows that are left out. Absent when there is no label column. */
  readonly labels: Int32Array | undefined;
  /** Row-major, one a class. */
  readonly scores: Float64Array | undefined;
  /** Whether each class has a column, which is named by its index after a prefix, or all have one. */
  readonly columns: "each" | "one";
  readonly predictions: Int32Array | undefined;
  readonly losses: Float64Array | undefined;
  readonly weights: Float64Array | undefined;
  readonly batches: readonly (string | undefined)[] | undefined;
  readonly groups: readonly (string | undefined)[] | undefined;
}

/** The number of a row in its file, from 1; a header does not count. */
export function rowNumber({ firstRow, rows }: Pick<RowChunk, "firstRow" | "rows">, row: number): number {
  return firstRow + (rows?.[row] ?? row) + 1;
}

/** Names a row for an error. */
export function whereRow(chunk: Pick<RowChunk, "file" | "firstRow" | "rows">, row: number): string {
  return `${chunk.file}, row ${rowNumber(chunk, row)}`;
}

/** Names a row with its columns of scores for an error, or with that of class k alone. */
export function whereScores(
  chunk: Pick<RowChunk, "file" | "firstRow" | "rows" | "columns">,
  { scores = "" }: Pick<ScoreOptions, "scores">,
  classes: number,
  row: number,
  k?: number,
): string {
  const [file, number] = [chunk.file, rowNumber(chunk, row)];
  if (chunk.columns === "one") {
    return `${file}, column ${scores}${k === undefined ? "" : `, score ${k} (from 0)`}, row ${number}`;
  }
  const names = k === undefined ? `columns ${scores}0 to ${scores}${classes - 1}` : `column ${scores}${k}`;
  return `${file}, ${names}, row ${number}`;
}

/** The rows of a chunk that are not left out, as a chunk. */
export function withoutIgnored(chunk: RowChunk, classes: number): RowChunk {
  const { labels, length } = chunk;
  if (labels?.includes(-1) !== true) return chunk;
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (labels[row] !== -1) rows[count++] = row;
  return gather(chunk, rows.subarray(0, count), classes);
}

/** The rows of a chunk that are asked for, as a chunk. */
export function gather(chunk: RowChunk, rows: Int32Array, classes: number): RowChunk {
  const doubles = (values: Float64Array | undefined) =>
    values && Float64Array.from(rows, (row) => values[row] as number);
  const integers = (values: Int32Array | undefined) => values && Int32Array.from(rows, (row) => values[row] as number);
  const texts = (values: RowChunk["groups"]) => values && Array.from(rows, (row) => values[row]);
  const { scores } = chunk;
  const gathered = scores && new Float64Array(rows.length * classes);
  if (scores !== undefined) {
    rows.forEach((row, i) => gathered?.set(scores.subarray(row * classes, (row + 1) * classes), i * classes));
  }
  return {
    ...chunk,
    length: rows.length,
    rows: integers(chunk.rows) ?? rows,
    labels: integers(chunk.labels),
    scores: gathered,
    predictions: integers(chunk.predictions),
    losses: doubles(chunk.losses),
    weights: doubles(chunk.weights),
    batches: texts(chunk.batches),
    groups: texts(chunk.groups),
  };
}
