import { checkNumber, checkOptionNames, checkSeed, OnwardError, show, Tensor } from "../../core/index.ts";
import type { TrainVal } from "../idx-folder.ts";
import type { Source } from "../source.ts";
import { stratifiedSplit } from "../split.ts";
import { checkTexts } from "../tables/check-memory.ts";
import { classesOf, labelIndices } from "../tables/label-column.ts";
import type { TableReader, Texts } from "../tables/table-reader.ts";
import { textInputs, type TextInput, type TextPreprocessing } from "./text-preprocessing.ts";
import { openTokenizer, packTokenizer, type TextTokenizer } from "./tokenizer.ts";

export interface TextTableOptions {
  /** The column of class labels. Needed, unless `preprocessing` says it. */
  readonly label?: string;
  /** The column of texts. Needed, unless `preprocessing` says it. */
  readonly text?: string;
  /** The path of the model's tokenizer.json. Needed, unless `preprocessing` holds it. */
  readonly tokenizer?: string;
  /** Tokens of each sample, special ones and filling included; 128 if absent. */
  readonly maxLength?: number;
  /** The inputs of the model; `input_ids` and `attention_mask` if absent. */
  readonly inputs?: readonly TextInput[];
  /** The file of the val rows; the rows are split by seed if absent. */
  readonly val?: string;
  /** The file of the test rows; there is no test source if absent. */
  readonly test?: string;
  /** The share of the rows that becomes val where there is no such file; 0.2 if absent. */
  readonly valFraction?: number;
  /** What that split follows from; 0 if absent. */
  readonly splitSeed?: number;
  /** The classes by index; the labels that occur if absent: integers by value, else by text. */
  readonly classNames?: readonly string[];
  /** As a model file holds it, in the place of label, text, tokenizer, maxLength and inputs. */
  readonly preprocessing?: TextPreprocessing;
  /** What errors and run records call it; the file's path if absent. */
  readonly name?: string;
}

const optionNames = [
  ...["label", "text", "tokenizer", "maxLength", "inputs", "val", "test", "valFraction", "splitSeed", "classNames"],
  ...["preprocessing", "name"],
];

/**
 * Makes train and val sources for an encoder from a table with a column of texts: CSV, TSV, JSON lines or Parquet.
 *
 * Texts are split into tokens once, by the tokenizer.json that came with the encoder, and held as ids. Inputs go by name, int64 of
 * shape [maxLength]: one shape for all batches, as a training graph is compiled for its shapes.
 *
 * @throws OnwardError `file` when a file cannot be read or is no tokenizer; `data` for a column that is not there, a missing text or
 * label, or a class that train has not; `usage` for options that are absent or do not fit
 *
 * @example
 * ```ts
 * import { textTable } from "onward/data";
 * const { train } = await textTable("reviews.csv", { label: "stars", text: "review", tokenizer: "tokenizer.json", maxLength: 16 });
 * train.sampleShape; // { input_ids: [16], attention_mask: [16] }
 * ```
 */
export async function textTable(file: string, options: TextTableOptions): Promise<TrainVal> {
  checkOptionNames("textTable", options, optionNames);
  const { splitSeed = 0, valFraction = 0.2, name = file } = options;
  checkSeed(splitSeed);
  if (options.val !== undefined && options.valFraction !== undefined) {
    throw new OnwardError("usage", {
      expected: "either a val file or a val fraction",
      got: "both",
      where: "textTable",
    });
  }
  const held = options.preprocessing;
  const preprocessing = held ?? (await preprocessingOf(options));
  const { label, text, maxLength } = preprocessing;
  const tokenizer = await openTokenizer(
    preprocessing.tokenizer,
    maxLength,
    options.tokenizer ?? "the model's tokenizer",
  );
  const filled = held ?? { ...preprocessing, padId: padIdOf(tokenizer, options.tokenizer) };
  const [{ Database }, { TableReader }] = await Promise.all([
    import("../../tables/index.ts"),
    import("../tables/table-reader.ts"),
  ]);
  const database = await Database.open();
  try {
    const open = async (path: string) => {
      const reader = await TableReader.open(database, path, [""]);
      reader.check(label);
      reader.check(text);
      const [extent] = await reader.extents([text]);
      if (extent !== undefined) checkTexts(reader, extent, maxLength);
      return { reader, labels: await reader.texts(label), texts: await reader.texts(text) };
    };
    const all = await open(file);
    const classNames = options.classNames ?? classesOf(all.labels, label, all.reader.name);
    const source = (part: string, { reader, texts }: typeof all, labels: Int32Array, rows: Uint32Array): Source =>
      textSource(tokenize(tokenizer, texts, text, rows, reader), labels, rows, {
        preprocessing: filled,
        classNames,
        name: `${name} (${part})`,
      });
    const labels = labelIndices(all.labels, label, classNames, all.reader);
    const every = (size: number) => Uint32Array.from({ length: size }, (_, i) => i);
    const other = async (part: string, path: string): Promise<Source> => {
      const opened = await open(path);
      const found = labelIndices(opened.labels, label, classNames, opened.reader);
      return source(part, opened, found, every(opened.reader.size));
    };
    const test = options.test !== undefined && { test: await other("test", options.test) };
    if (options.val === undefined) {
      const { train, val } = stratifiedSplit(labels, { fraction: valFraction, seed: splitSeed, name });
      return { train: source("train", all, labels, train), val: source("val", all, labels, val), ...test };
    }
    const val = await other("val", options.val);
    return { train: source("train", all, labels, every(all.reader.size)), val, ...test };
  } finally {
    await database.close();
  }
}

async function preprocessingOf(options: TextTableOptions): Promise<TextPreprocessing> {
  const where = "textTable";
  const needed = (option: "label" | "text" | "tokenizer"): string => {
    const { [option]: value } = options;
    if (value !== undefined) return value;
    throw new OnwardError("usage", { expected: `an option ${option}`, got: "none", where });
  };
  const [label, text, tokenizer] = [needed("label"), needed("text"), needed("tokenizer")];
  const { maxLength = 128, inputs = ["input_ids", "attention_mask"] } = options;
  checkNumber(where, "maxLength", maxLength, { least: 1, most: 65_536 });
  const strange = inputs.find((input) => !textInputs.includes(input));
  if (strange !== undefined || !inputs.includes("input_ids")) {
    const expected = `inputs of ${textInputs.join(", ")}, the first among them`;
    throw new OnwardError("usage", { expected, got: show([...inputs]), where });
  }
  const packed = await packTokenizer(tokenizer);
  return { version: 1, kind: "text", label, text, inputs, maxLength, padId: 0, tokenizer: packed };
}

function padIdOf({ padId }: TextTokenizer, where = "tokenizer"): number {
  if (padId !== undefined) return padId;
  const expected = "a tokenizer with a token that fills up, like [PAD] or <pad>";
  throw new OnwardError("file", { expected, got: "none", where });
}

/** The token ids of each row; a text that comes several times is split once. */
function tokenize(
  tokenizer: TextTokenizer,
  { codes, texts }: Texts,
  column: string,
  rows: Uint32Array,
  reader: TableReader,
): Int32Array[] {
  const known = new Map<number, Int32Array>();
  return Array.from(rows, (row) => {
    const code = codes[row] as number;
    if (code < 0) {
      throw new OnwardError("data", {
        expected: `a text in column ${show(column)}`,
        got: "none",
        where: reader.where(row),
      });
    }
    const ids = known.get(code) ?? Int32Array.from(tokenizer.encode(texts[code] as string));
    known.set(code, ids);
    return ids;
  });
}

function textSource(
  ids: readonly Int32Array[],
  labels: Int32Array,
  rows: Uint32Array,
  about: { preprocessing: TextPreprocessing; classNames: readonly string[]; name: string },
): Source {
  const { inputs, maxLength, padId } = about.preprocessing;
  const values: Record<TextInput, (ids: Int32Array | undefined, at: number) => number> = {
    input_ids: (row, at) => row?.[at] ?? padId,
    attention_mask: (row, at) => (at < (row?.length ?? 0) ? 1 : 0),
    token_type_ids: () => 0,
  };
  return {
    size: ids.length,
    sampleShape: Object.fromEntries(inputs.map((input) => [input, [maxLength]])),
    labels: Int32Array.from(rows, (row) => labels[row] as number),
    ...about,
    read: (indices) => {
      const outside = indices.find((index) => index >= ids.length);
      if (outside !== undefined) {
        const expected = `sample numbers in [0, ${ids.length})`;
        throw new OnwardError("data", { expected, got: String(outside), where: about.name });
      }
      const tensor = (input: TextInput): Tensor => {
        const data = new BigInt64Array(indices.length * maxLength);
        for (let i = 0; i < data.length; i++) {
          const row = ids[indices[Math.floor(i / maxLength)] as number];
          data[i] = BigInt(values[input](row, i % maxLength));
        }
        return new Tensor("int64", data, [indices.length, maxLength]);
      };
      const classes = BigInt64Array.from(indices, (index) => BigInt(labels[rows[index] as number] as number));
      return {
        inputs: Object.fromEntries(inputs.map((input) => [input, tensor(input)])),
        labels: new Tensor("int64", classes, [indices.length]),
      };
    },
  };
}
