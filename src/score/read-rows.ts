import { OnwardError, show } from "../core/index.ts";
import { type Database, doubles, integers, present, sqlName, texts } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { FileLayout } from "./file-layout.ts";
import { fillScores } from "./fill-scores.ts";
import { labelIndex } from "./label-sql.ts";
import type { RowChunk } from "./row-chunk.ts";
import type { ScoreOptions } from "./score-options.ts";

/** Which of the columns to read: a second look at the scores does not need the rest. */
export type Wanted = "all" | "ranks";

/**
 * Reads the rows of a file as the options say.
 *
 * @throws OnwardError `data` with the file, column and row where a value is missing, no number, or no class
 */
export async function* readRows(
  database: Database,
  layout: FileLayout,
  classes: ClassSet,
  options: ScoreOptions,
  wanted: Wanted = "all",
  onProgress?: (part: number) => void,
): AsyncGenerator<RowChunk> {
  const { file, types, scores } = layout;
  const expressions: string[] = [];
  const take = (sql: string) => expressions.push(sql) - 1;
  const numeric = (name: string) => {
    const type = types.get(name) ?? "";
    if (type === "DOUBLE") return sqlName(name);
    return `${type === "VARCHAR" || type === "JSON" ? "TRY_CAST" : "CAST"}(${sqlName(name)} AS DOUBLE)`;
  };
  const index = (name: string, ignore: string | undefined) =>
    labelIndex(sqlName(name), types.get(name) ?? "", classes.names, ignore);
  const all = wanted === "all";
  const at = {
    label: options.label === undefined ? -1 : take(index(options.label, options.ignoreLabel)),
    weight: options.weight === undefined ? -1 : take(numeric(options.weight)),
    prediction: options.prediction === undefined || !all ? -1 : take(index(options.prediction, undefined)),
    loss: options.loss === undefined || !all ? -1 : take(numeric(options.loss)),
    batch: options.batch === undefined || !all ? -1 : take(`CAST(${sqlName(options.batch)} AS VARCHAR)`),
    group: options.by === undefined ? -1 : take(`CAST(${sqlName(options.by)} AS VARCHAR)`),
    scores: -1,
  };
  if (scores !== undefined) {
    at.scores = expressions.length;
    const single = scores.single;
    // One column of lists takes less than many columns: their memory is handed over column by column.
    if (scores.form === "columns") {
      take(`list_value(${scores.names.map((name) => (single ? sqlName(name) : numeric(name))).join(", ")})`);
    } else if (scores.form === "one") take(single ? sqlName(scores.name) : numeric(scores.name));
    else take(`TRY_CAST(${sqlName(scores.name)} AS ${single ? "FLOAT[]" : "DOUBLE[]"})`);
  }
  if (expressions.length === 0) throw new OnwardError("usage", { expected: "a column to score", got: "none" });

  const fault = async (name: string, row: number, expected: string): Promise<OnwardError> => {
    const sql = `SELECT CAST(${sqlName(name)} AS VARCHAR) FROM ${file.relation} LIMIT 1 OFFSET ${row}`;
    const [found] = await database.rows(sql, file.path);
    const got = found?.[0] === null || found?.[0] === undefined ? "nothing" : show(found[0]);
    const where = `${file.path}, column ${name}, row ${row + 1}`;
    const named = name === options.label && classes.names === undefined && Number.isNaN(Number(found?.[0]));
    if (!named) return new OnwardError("data", { expected, got, where });
    return new OnwardError("data", {
      expected,
      got,
      where,
      advice: "name the classes, in the order of their scores, with --classes",
    });
  };
  let firstRow = 0;
  let buffer = new Float64Array(0);
  const sql = `SELECT ${expressions.join(", ")} FROM ${file.relation}`;
  for await (const chunk of database.stream(sql, file.path, onProgress)) {
    const length = chunk.rowCount;
    const labels = at.label < 0 ? undefined : integers(chunk, at.label);
    const isIgnored = (row: number) => labels?.values[row] === -1 && present(labels.validity, row);
    const firstAbsent = (validity: Uint8Array | undefined, keepIgnored = false) => {
      if (validity === undefined) return -1;
      for (let row = 0; row < length; row++) {
        if (!present(validity, row) && (keepIgnored || !isIgnored(row))) return row;
      }
      return -1;
    };
    const classRange =
      classes.names === undefined
        ? `label to be in [0, ${classes.count})`
        : `label to be one of ${show(classes.names.join(", ")).slice(1, -1)}`;
    const checkClasses = async (name: string, column: { values: Int32Array; validity: Uint8Array | undefined }) => {
      let bad = firstAbsent(column.validity, name === options.label);
      if (bad < 0) {
        bad = column.values.findIndex(
          (label, row) => (label >= classes.count || label < -1) && present(column.validity, row),
        );
      }
      if (bad >= 0)
        throw await fault(
          name,
          firstRow + bad,
          name === options.label ? classRange : classRange.replace("label", "prediction"),
        );
    };
    if (labels !== undefined) await checkClasses(options.label ?? "", labels);
    const predictions = at.prediction < 0 ? undefined : integers(chunk, at.prediction);
    if (predictions !== undefined) await checkClasses(options.prediction ?? "", predictions);
    const number = async (place: number, name: string | undefined) => {
      if (place < 0) return undefined;
      const { values, validity } = doubles(chunk, place);
      const bad = firstAbsent(validity);
      if (bad >= 0) throw await fault(name ?? "", firstRow + bad, "a number");
      return values;
    };
    const losses = await number(at.loss, options.loss);
    const weights = await number(at.weight, options.weight);
    const negative = weights?.findIndex((weight, row) => weight < 0 && !isIgnored(row)) ?? -1;
    if (negative >= 0) throw await fault(options.weight ?? "", firstRow + negative, "weight to be at least 0");
    if (scores !== undefined) {
      if (buffer.length < length * classes.count) buffer = new Float64Array(length * classes.count);
      const bad = fillScores(chunk, at.scores, layout, classes, options, buffer, isIgnored);
      if (bad !== undefined) throw await fault(bad.name, firstRow + bad.row, bad.expected);
    }
    yield {
      owner: chunk,
      file: file.path,
      firstRow,
      length,
      labels: labels?.values,
      scores: scores === undefined ? undefined : buffer.subarray(0, length * classes.count),
      columns: scores?.form === "columns" ? "each" : "one",
      predictions: predictions?.values,
      losses,
      weights,
      batches: at.batch < 0 ? undefined : texts(chunk, at.batch),
      groups: at.group < 0 ? undefined : texts(chunk, at.group),
    };
    firstRow += length;
  }
}
