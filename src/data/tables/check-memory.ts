import { getHeapStatistics } from "node:v8";
import { OnwardError } from "../../core/index.ts";
import type { CategoryColumn, NumberColumn, TablePreprocessing } from "./table-preprocessing.ts";

/** What of a table's size is known before its values are read. */
export interface TableSize {
  /** Rows. */
  readonly size: number;
  readonly name: string;
}

/** How much text there is in a column. */
export interface TextExtent {
  /** Different texts, about. */
  readonly distinct: number;
  /** Characters of a text, on average. */
  readonly length: number;
}

/** A column, as far as its inputs are concerned. */
export interface ColumnExtent {
  readonly kind: (NumberColumn | CategoryColumn)["kind"];
  /** Of categories: the texts to be read, and the categories among them. */
  readonly texts?: TextExtent;
  readonly categories?: number;
}

/** Of a text in V8: its header, and its place in a table of texts by number and back. */
const textOverhead = 100;
/** Characters that come to a token, roughly; of English 4. */
const charactersAToken = 3;

/**
 * Checks that a table fits into memory, before it is read: rows come shuffled, so that all of it is held.
 *
 * Of each number 8 bytes are held as it is read, and 4 as an input, or 8 where one of its kind may be missing. Of each category 4, and
 * then 4 for each of the column's categories as zeros and ones, or 8 as an index; and each different text once.
 *
 * @param available - bytes; what the process may still take if absent
 * @throws OnwardError `data` when it does not
 */
export function checkTable(
  table: TableSize,
  columns: readonly ColumnExtent[],
  { encoding, missing }: Pick<TablePreprocessing, "encoding" | "missing">,
  available = process.availableMemory(),
): void {
  let bytes = 0;
  let values = 0;
  for (const { kind, categories = 0, texts } of columns) {
    const width = kind === "category" && encoding === "one-hot" ? categories : 1;
    values += width;
    if (kind === "number") bytes += table.size * (missing === "impute" ? 16 : 12);
    else bytes += table.size * (4 + (encoding === "one-hot" ? 4 * width : 8)) + (texts ? textBytes(texts) : 0);
  }
  const widened = values > columns.length ? `, ${values} values with categories as zeros and ones` : "";
  check(table, `${columns.length} columns${widened}`, bytes, available, {
    advice: `leave columns out, ${widened === "" ? "" : "encode categories as index, "}take a part of the rows, or feed them in order with the library's stream`,
  });
}

/**
 * Checks that a column of texts fits into memory, before it is read: the texts, and then their tokens.
 *
 * @param available - bytes; what the process may still take if absent, of which texts have to be in V8's heap
 * @throws OnwardError `data` when it does not
 */
export function checkTexts(
  table: TableSize,
  texts: TextExtent,
  maxLength: number,
  available = Math.min(process.availableMemory(), roomInHeap()),
): void {
  const tokens = Math.min(maxLength, texts.length / charactersAToken + 2);
  const bytes = table.size * 16 + textBytes(texts) + texts.distinct * (textOverhead + 4 * tokens);
  check(table, `texts of ${Math.round(texts.length)} characters on average`, bytes, available, {
    advice: "take a part of the rows, or feed them in order with the library's stream",
  });
}

function textBytes({ distinct, length }: TextExtent): number {
  return distinct * (length + textOverhead);
}

function roomInHeap(): number {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return limit - used;
}

function check(
  { size, name }: TableSize,
  what: string,
  bytes: number,
  available: number,
  { advice }: { readonly advice: string },
): void {
  if (bytes <= available) return;
  const gigabytes = (amount: number) => (amount / 1e9).toPrecision(3);
  throw new OnwardError("data", {
    expected: `memory for ${size} rows of ${what}, about ${gigabytes(bytes)} GB`,
    got: `${gigabytes(available)} GB that is free`,
    where: name,
    advice,
  });
}
