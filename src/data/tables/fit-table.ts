import { OnwardError, show } from "../../core/index.ts";
import { inOrder } from "../../tables/label-text.ts";
import type { CategoryColumn, NumberColumn, TablePreprocessing } from "./table-preprocessing.ts";
import type { Numbers, Survey, TableReader, Texts } from "./table-reader.ts";

/** More categories than this come of a column that tells rows apart, like a number or a name. */
export const mostCategories = 1000;

/**
 * Says whether a column holds numbers or categories: numbers where every value reads as one.
 *
 * @param declared - whether it was declared to hold categories
 * @throws OnwardError `data` where that would be a guess: some values are numbers and most others not, or there is no value
 */
export function columnKind({ name, type, present, numeric, other }: Survey, declared: boolean, where: string) {
  if (present === 0) {
    const advice = "leave the column out";
    throw new OnwardError("data", { expected: `values in column ${show(name)}`, got: "none", where, advice });
  }
  if (declared || type === "BOOLEAN" || numeric === 0) return "category";
  if (numeric === present) return "number";
  if (numeric < present / 2) return "category";
  throw new OnwardError("data", {
    expected: `column ${show(name)} to hold either numbers or categories`,
    got: `${present - numeric} of ${present} values that are no numbers, like ${show(other)}`,
    where,
    advice: "tell what marks a missing value (--missing-values), or have the column read as categories (--categories)",
  });
}

/**
 * Measures how to standardise a column of numbers, over the rows of train alone: `mean = sum(x) / n` and
 * `deviation = sqrt(sum((x - mean)^2) / n)` over the values that are there, 1 for a constant column.
 */
export function fitNumbers(
  name: string,
  { values }: Numbers,
  rows: Uint32Array,
  missing: TablePreprocessing["missing"],
  where: (row: number) => string,
): NumberColumn {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = values[row] as number;
    if (Number.isNaN(value)) {
      if (missing === "error") throw missingValue(name, where(row));
      continue;
    }
    sum += value;
    count++;
  }
  if (count === 0) {
    const expected = `values in column ${show(name)} among the train rows`;
    throw new OnwardError("data", { expected, got: "none", advice: "leave the column out" });
  }
  const mean = sum / count;
  let squares = 0;
  for (const row of rows) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const deviation = squares > 0 ? Math.sqrt(squares / count) : 1;
  return { name, kind: "number", mean, deviation, indicator: count < rows.length };
}

/** Lists the categories of a column, over the rows of train alone, in order. */
export function fitCategories(
  name: string,
  { codes, texts }: Texts,
  rows: Uint32Array,
  missing: TablePreprocessing["missing"],
  reader: TableReader,
): CategoryColumn {
  const seen = new Set<string>();
  for (const row of rows) {
    const code = codes[row] as number;
    if (code >= 0) seen.add(texts[code] as string);
    else if (missing === "error") throw missingValue(name, reader.where(row));
  }
  if (seen.size > mostCategories) {
    throw new OnwardError("data", {
      expected: `at most ${mostCategories} categories in column ${show(name)}`,
      got: String(seen.size),
      where: reader.name,
      advice: "leave the column out (--exclude) if it only tells rows apart, or read it as a text (--text)",
    });
  }
  return { name, kind: "category", values: inOrder([...seen]) };
}

/** A value that is missing where that is an error. */
export function missingValue(name: string, where: string): OnwardError {
  return new OnwardError("data", {
    expected: `a value in column ${show(name)}`,
    got: "none",
    where,
    advice: 'fill it in, or let missing be "impute" (--missing impute)',
  });
}
