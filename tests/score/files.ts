import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** A column: a name, and a value for each row. */
export type Columns = Record<string, readonly (string | number | null | readonly number[])[]>;

/** A folder for one test's files. */
export function folder(): string {
  return mkdtempSync(join(tmpdir(), "onward-score-"));
}

/** Writes rows as JSON lines, CSV or Parquet, by the ending. */
export async function write(path: string, columns: Columns): Promise<string> {
  const names = Object.keys(columns);
  const length = columns[names[0] ?? ""]?.length ?? 0;
  const rows = Array.from({ length }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name]?.[i]])));
  const asText = (value: Columns[string][number] | undefined) =>
    value === null || value === undefined ? "" : typeof value === "object" ? `"[${value.join(", ")}]"` : String(value);
  if (path.endsWith(".csv")) {
    const lines = rows.map((row) => names.map((name) => asText(row[name])).join(","));
    writeFileSync(path, `${[names.join(","), ...lines].join("\n")}\n`);
    return path;
  }
  const lines = `${path}.jsonl`;
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join("\n") + "\n");
  if (path.endsWith(".jsonl")) return lines;
  const types = names.map((name) => {
    const value = columns[name]?.find((found) => found !== null);
    const type = Array.isArray(value) ? "DOUBLE[]" : typeof value === "string" ? "VARCHAR" : "DOUBLE";
    return `'${name}': '${type}'`;
  });
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const relation = `read_json('${lines}', format = 'newline_delimited', columns = {${types.join(", ")}})`;
  await connection.run(`COPY (SELECT * FROM ${relation}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}
