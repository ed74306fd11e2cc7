import { checkChoice, checkOptionNames, checkSeed, OnwardError, show } from "../../core/index.ts";
import { arrays } from "../arrays.ts";
import type { TrainVal } from "../idx-folder.ts";
import type { Source } from "../source.ts";
import { stratifiedSplit } from "../split.ts";
import { checkTable } from "./check-memory.ts";
import { encodeTable } from "./encode-table.ts";
import { columnKind, fitCategories, fitNumbers, mostCategories } from "./fit-table.ts";
import { classesOf, labelIndices } from "./label-column.ts";
import type { TablePreprocessing } from "./table-preprocessing.ts";
import type { Numbers, TableReader, Texts } from "./table-reader.ts";

export interface TableOptions {
  /** The column of class labels. Needed, unless `preprocessing` says it. */
  readonly label?: string;
  /** The file of the val rows; the rows are split by seed if absent. */
  readonly val?: string;
  /** The file of the test rows; there is no test source if absent. */
  readonly test?: string;
  /** The share of the rows that becomes val where there is no such file; 0.2 if absent. */
  readonly valFraction?: number;
  /** What that split follows from; 0 if absent. */
  readonly splitSeed?: number;
  /** The columns to learn from; all but the label if absent. */
  readonly columns?: readonly string[];
  /** Columns to leave out. */
  readonly exclude?: readonly string[];
  /** Columns that hold categories although their values read as numbers. */
  readonly categories?: readonly string[];
  /** How categories become inputs: see `TablePreprocessing`; "one-hot" if absent. */
  readonly encoding?: "one-hot" | "index";
  /** What a missing value is: see `TablePreprocessing`; "error" if absent. */
  readonly missing?: "error" | "impute";
  /** Texts that mark a missing value; the empty text if absent. */
  readonly missingValues?: readonly string[];
  /** The classes by index; the labels that occur if absent: integers by value, else by text. */
  readonly classNames?: readonly string[];
  /** As a model file holds it, in the place of label, columns, categories, encoding and missing. */
  readonly preprocessing?: TablePreprocessing;
  /** What errors and run records call it; the file's path if absent. */
  readonly name?: string;
}

const optionNames = [
  ...["label", "val", "test", "valFraction", "splitSeed", "columns", "exclude", "categories", "encoding", "missing"],
  ...["missingValues", "classNames", "preprocessing", "name"],
];

/**
 * Makes train and val sources of a CSV, TSV, JSON-lines or Parquet file, or of all files that a glob names.
 *
 * A column whose values all read as numbers is standardised by the mean and deviation of the train rows; any other column holds
 * categories, those of the train rows. The table is held in memory, as float32; one that does not fit is refused before it is read.
 *
 * @throws OnwardError `file` when a file cannot be read; `data` for a column that is not there, a missing value or label, a category
 * or class that train has not, or a column that is neither numbers nor categories, each with file and row, and for a table larger
 * than memory; `usage` for
 * options that do not fit
 *
 * @example
 * ```ts
 * import { table } from "onward/data";
 * const { train, val } = await table("penguins.csv", { label: "species", missing: "impute" });
 * train.classNames; // ["Adelie", "Chinstrap", "Gentoo"]
 * ```
 */
export async function table(file: string, options: TableOptions): Promise<TrainVal> {
  checkOptionNames("table", options, optionNames);
  const held = options.preprocessing;
  const { missing = "error", encoding = "one-hot", missingValues = [""], splitSeed = 0, valFraction = 0.2 } = options;
  checkChoice("table", "missing", missing, ["error", "impute"]);
  checkChoice("table", "encoding", encoding, ["one-hot", "index"]);
  checkSeed(splitSeed);
  if (options.val !== undefined && options.valFraction !== undefined) {
    throw new OnwardError("usage", { expected: "either a val file or a val fraction", got: "both", where: "table" });
  }
  const label = options.label ?? held?.label;
  if (label === undefined) {
    throw new OnwardError("usage", { expected: "label to name the column of class labels", got: "none", where: file });
  }
  // Loaded when the first table is read: whoever reads none needs no database.
  const [{ Database }, { TableReader }] = await Promise.all([
    import("../../tables/index.ts"),
    import("./table-reader.ts"),
  ]);
  const database = await Database.open();
  try {
    const marks = held?.missingValues ?? missingValues;
    const reader = await TableReader.open(database, file, marks);
    reader.check(label);
    const labels = await reader.texts(label);
    const classNames = options.classNames ?? classesOf(labels, label, reader.name);
    const indices = labelIndices(labels, label, classNames, reader);
    const every = (size: number) => Uint32Array.from({ length: size }, (_, i) => i);
    const { name = file } = options;
    const rows =
      options.val === undefined
        ? stratifiedSplit(indices, { fraction: valFraction, seed: splitSeed, name })
        : { train: every(reader.size), val: new Uint32Array(0) };
    const encoded = held ?? { encoding, missing };
    const columns = await readColumns(reader, options, label, encoded);
    const preprocessing: TablePreprocessing = held ?? {
      version: 1,
      kind: "table",
      label,
      encoding,
      missing,
      missingValues,
      columns: columns.map(({ name, column }) =>
        column.kind === "number"
          ? fitNumbers(name, column, rows.train, missing, (row) => reader.where(row))
          : fitCategories(name, column, rows.train, missing, reader),
      ),
    };
    const source = (
      part: string,
      from: TableReader,
      read: readonly (Numbers | Texts)[],
      all: Int32Array,
      chosen: Uint32Array,
    ): Source =>
      arrays({
        inputs: encodeTable(preprocessing, read, chosen, from),
        labels: Int32Array.from(chosen, (row) => all[row] as number),
        classNames,
        preprocessing,
        name: `${name} (${part})`,
      });
    const read = columns.map(({ column }) => column);
    const train = source("train", reader, read, indices, rows.train);
    const other = async (part: string, path: string): Promise<Source> => {
      const from = await TableReader.open(database, path, marks);
      from.check(label);
      const all = labelIndices(await from.texts(label), label, classNames, from);
      for (const { name } of preprocessing.columns) from.check(name);
      await checkSize(from, preprocessing.columns, encoded);
      const read: (Numbers | Texts)[] = [];
      for (const { name, kind } of preprocessing.columns) {
        read.push(kind === "number" ? await from.numbers(name) : await from.texts(name));
      }
      return source(part, from, read, all, every(from.size));
    };
    const val =
      options.val === undefined ? source("val", reader, read, indices, rows.val) : await other("val", options.val);
    return { train, val, ...(options.test !== undefined && { test: await other("test", options.test) }) };
  } finally {
    await database.close();
  }
}

async function readColumns(
  reader: TableReader,
  { columns, exclude = [], categories = [], preprocessing }: TableOptions,
  label: string,
  encoded: Pick<TablePreprocessing, "encoding" | "missing">,
): Promise<{ name: string; column: Numbers | Texts }[]> {
  const names =
    preprocessing?.columns.map(({ name }) => name) ??
    (columns ?? [...reader.types.keys()]).filter((name) => name !== label && !exclude.includes(name));
  for (const name of [...names, ...(preprocessing ? [] : [...exclude, ...categories])]) reader.check(name);
  if (names.length === 0) {
    const expected = `a column besides the label ${show(label)}`;
    throw new OnwardError("data", { expected, got: "none", where: reader.name });
  }
  // Whatever the columns turn out to hold: to look at them takes a while.
  checkTable(
    reader,
    names.map(() => ({ kind: "category", categories: 1 })),
    encoded,
  );
  const surveyed =
    preprocessing?.columns ??
    (await reader.survey(names)).map((survey) => ({
      name: survey.name,
      kind: columnKind(survey, categories.includes(survey.name), reader.name),
    }));
  await checkSize(reader, surveyed, encoded);
  const kinds = surveyed.map(({ kind }) => kind);
  const read: { name: string; column: Numbers | Texts }[] = [];
  for (const [i, name] of names.entries()) {
    read.push({ name, column: kinds[i] === "number" ? await reader.numbers(name) : await reader.texts(name) });
  }
  return read;
}

/** Checks that columns fit into memory, before they are read. */
async function checkSize(
  reader: TableReader,
  columns: readonly { name: string; kind: "number" | "category"; values?: readonly string[] }[],
  encoded: Pick<TablePreprocessing, "encoding" | "missing">,
): Promise<void> {
  const withTexts = columns.filter(({ kind }) => kind === "category").map(({ name }) => name);
  const extents = new Map((await reader.extents(withTexts)).map((extent, i) => [withTexts[i], extent]));
  const sizes = columns.map(({ name, kind, values }) => {
    const texts = extents.get(name);
    if (texts === undefined) return { kind };
    // More than the most are refused once they are counted.
    return { kind, texts, categories: values?.length ?? Math.min(texts.distinct, mostCategories) };
  });
  checkTable(reader, sizes, encoded);
}
