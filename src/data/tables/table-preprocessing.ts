import { isFiniteNumber, isListOfTexts } from "../json-checks.ts";

/** A column of numbers, standardised: `(value - mean) / deviation`. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: "number";
  readonly mean: number;
  readonly deviation: number;
  /** Whether a further feature is 1 where the value is missing, and 0 elsewhere. */
  readonly indicator: boolean;
}

/** A column of categories, with those that train has, in order. */
export interface CategoryColumn {
  readonly name: string;
  readonly kind: "category";
  readonly values: readonly string[];
}

/**
 * How the rows of a table become a model's inputs.
 *
 * With the encoding "one-hot" there is one float32 input of shape [features]: for each column in order, its standardised number
 * (and indicator), or one 0 or 1 for each category. With "index" the numbers are the input `numbers`, and the categories the int64
 * input `categories` of shape [columns]: 1 for a column's first category and so on, 0 for a missing one.
 */
export interface TablePreprocessing {
  readonly version: 1;
  readonly kind: "table";
  readonly label: string;
  readonly encoding: "one-hot" | "index";
  /** What a missing value is: an error; or the mean of train, and no category. A category that train has not is missing. */
  readonly missing: "error" | "impute";
  /** Texts that mark a missing value. */
  readonly missingValues: readonly string[];
  readonly columns: readonly (NumberColumn | CategoryColumn)[];
}

/** Whether an object from JSON is one. */
export function isTablePreprocessing(value: object): value is TablePreprocessing {
  const { label, encoding, missing, missingValues, columns } = value as Record<string, unknown>;
  return (
    typeof label === "string" &&
    (encoding === "one-hot" || encoding === "index") &&
    (missing === "error" || missing === "impute") &&
    isListOfTexts(missingValues) &&
    Array.isArray(columns) &&
    columns.length > 0 &&
    columns.every(isColumn)
  );
}

function isColumn(column: unknown): boolean {
  const { name, kind, mean, deviation, indicator, values } = (column ?? {}) as Record<string, unknown>;
  if (typeof name !== "string") return false;
  if (kind === "category") return isListOfTexts(values);
  const moments = isFiniteNumber(mean) && isFiniteNumber(deviation) && deviation > 0;
  return kind === "number" && moments && typeof indicator === "boolean";
}
