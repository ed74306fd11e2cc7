import { OnwardError, show } from "../../core/index.ts";
import type { ArrayData } from "../elements.ts";
import { missingValue } from "./fit-table.ts";
import type { CategoryColumn, NumberColumn, TablePreprocessing } from "./table-preprocessing.ts";
import type { Numbers, TableReader, Texts } from "./table-reader.ts";

/** Turns rows into inputs, in the order of the preprocessing's columns. */
export function encodeTable(
  preprocessing: TablePreprocessing,
  columns: readonly (Numbers | Texts)[],
  rows: Uint32Array,
  reader: TableReader,
): ArrayData | Record<string, ArrayData> {
  const { encoding, missing } = preprocessing;
  const oneHot = encoding === "one-hot";
  const widthOf = (column: NumberColumn | CategoryColumn): number =>
    column.kind === "number" ? (column.indicator ? 2 : 1) : oneHot ? column.values.length : 0;
  const width = preprocessing.columns.reduce((sum, column) => sum + widthOf(column), 0);
  const categories = oneHot ? [] : preprocessing.columns.filter(({ kind }) => kind === "category");
  const numbers = new Float32Array(rows.length * width);
  const indices = new BigInt64Array(rows.length * categories.length);
  let offset = 0;
  let place = 0;
  for (const [i, column] of preprocessing.columns.entries()) {
    const read = columns[i] as Numbers | Texts;
    if (column.kind === "number") {
      rows.forEach((row, at) => {
        const value = (read as Numbers).values[row] as number;
        const absent = Number.isNaN(value);
        if (absent && missing === "error") throw missingValue(column.name, reader.where(row));
        numbers[at * width + offset] = absent ? 0 : (value - column.mean) / column.deviation;
        if (absent && column.indicator) numbers[at * width + offset + 1] = 1;
      });
    } else {
      const { codes, texts } = read as Texts;
      const known = new Map(column.values.map((value, index) => [value, index]));
      const byCode = texts.map((text) => known.get(text));
      rows.forEach((row, at) => {
        const code = codes[row] as number;
        const index = code < 0 ? undefined : byCode[code];
        if (index === undefined && missing === "error") throw unknown(column, texts[code], reader.where(row));
        if (!oneHot) indices[at * categories.length + place] = BigInt(index === undefined ? 0 : index + 1);
        else if (index !== undefined) numbers[at * width + offset + index] = 1;
      });
      if (!oneHot) place++;
    }
    offset += widthOf(column);
  }
  const numberInput = { data: numbers, dims: [rows.length, width] };
  if (categories.length === 0) return numberInput;
  const categoryInput = { data: indices, dims: [rows.length, categories.length] };
  return { ...(width > 0 && { numbers: numberInput }), categories: categoryInput };
}

function unknown({ name, values }: CategoryColumn, text: string | undefined, where: string): OnwardError {
  if (text === undefined) return missingValue(name, where);
  const listed = values.slice(0, 8).map(show).join(", ");
  return new OnwardError("data", {
    expected: `a category of column ${show(name)} that train has: ${listed}${values.length > 8 ? ", ..." : ""}`,
    got: show(text),
    where,
    advice:
      'let missing be "impute" (--missing impute) to take it as none, leave the column out (--exclude), or read it as a text (--text)',
  });
}
