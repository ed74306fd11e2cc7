/**
 * Splits a list of names at its commas, as CSV does: a name in quotes may hold commas, and quotes that are doubled. Blanks around
 * names do not count.
 */
export function classNames(text: string): string[] {
  const cells = text.match(/(?:\s*"(?:[^"]|"")*"\s*(?=,|$)|[^,]*)(?:,|$)/g) ?? [];
  // A match ends with its comma; what is empty after the last name is none.
  const names = cells.map((cell) => cell.replace(/,$/, "").trim());
  if (!text.endsWith(",")) names.length = cells.findIndex((cell) => !cell.endsWith(",")) + 1;
  return names.map((name) => (/^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name));
}
