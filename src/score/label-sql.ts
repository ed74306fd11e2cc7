import { labelText, sqlText } from "../tables/index.ts";

const integerTypes = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;

/** What a label that is left out becomes; what is no label becomes NULL. */
export const ignoredIndex = -1;

/**
 * Writes the SQL that turns a label into its class's index, as an INTEGER.
 *
 * With names, a label is a name; or, when no name looks like an integer, an index as well. Without, it is an index.
 */
export function labelIndex(
  column: string,
  type: string,
  names: readonly string[] | undefined,
  ignoreLabel: string | undefined,
): string {
  const text = labelText(column, type);
  const number = integerTypes.test(type) ? column : `TRY_CAST(${text} AS DOUBLE)`;
  const index = integerTypes.test(type)
    ? `CASE WHEN ${column} >= 0 THEN TRY_CAST(${column} AS INTEGER) END`
    : type === "BOOLEAN"
      ? `CAST(${column} AS INTEGER)`
      : `CASE WHEN ${number} = floor(${number}) AND ${number} BETWEEN 0 AND 2147483647 THEN CAST(${number} AS INTEGER) END`;
  let known = index;
  if (names !== undefined) {
    const byName = `CAST(enum_code(TRY_CAST(${text} AS ENUM(${names.map(sqlText).join(", ")}))) AS INTEGER)`;
    known = names.some((name) => /^[+-]?\d+(\.0*)?$/.test(name)) ? byName : `COALESCE(${byName}, ${index})`;
  }
  if (ignoreLabel === undefined) return known;
  const numeric = ignoreLabel.trim() !== "" && Number.isFinite(Number(ignoreLabel)) && type !== "BOOLEAN";
  const ignored = numeric ? `${number} = ${Number(ignoreLabel)}` : `${text} = ${sqlText(ignoreLabel)}`;
  return `CASE WHEN ${ignored} THEN ${ignoredIndex} ELSE ${known} END`;
}
