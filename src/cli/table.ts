/** A column of a table that is printed line by line, so that its width is known before its cells. */
export interface Column {
  readonly title: string;
  readonly width: number;
  /** Numbers are set right; "right" if absent. */
  readonly align?: "left" | "right";
}

/** The line of titles. */
export function tableHead(columns: readonly Column[]): string {
  return tableRow(
    columns,
    columns.map(({ title }) => title),
  );
}

/** One line of cells. A cell too wide for its column is not cut: it moves the rest of its line. */
export function tableRow(columns: readonly Column[], cells: readonly string[]): string {
  const padded = columns.map(({ width, align = "right" }, i) => {
    const cell = cells[i] ?? "";
    return align === "left" ? cell.padEnd(width) : cell.padStart(width);
  });
  return padded.join("  ").trimEnd();
}
