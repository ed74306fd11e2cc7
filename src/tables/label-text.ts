/** Writes the SQL of a label as text. A whole number in a column of floats reads as an integer: pandas makes such columns. */
export function labelText(column: string, type: string): string {
  return type === "DOUBLE" || type === "FLOAT"
    ? `CASE WHEN ${column} = floor(${column}) THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE CAST(${column} AS VARCHAR) END`
    : `CAST(${column} AS VARCHAR)`;
}

/** Sorts class names: integers by value, else all by text. */
export function inOrder(names: readonly string[]): string[] {
  return names.every((name) => /^-?\d+$/.test(name))
    ? [...names].sort((a, b) => Number(a) - Number(b))
    : [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
