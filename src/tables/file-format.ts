import { access, constants, stat } from "node:fs/promises";
import { OnwardError, show } from "../core/index.ts";
import { csvRelation } from "./csv-header.ts";
import type { Database } from "./database.ts";
import { sqlText } from "./sql.ts";
import { checkWhole } from "./whole-file.ts";

/** A file to score, and the SQL that reads it. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** A table function's call. */
  readonly relation: string;
  /** Whether all columns come as text. */
  readonly text: boolean;
}

/**
 * Finds the files that paths and globs name, in order, and how to read each. The ending says the format: .parquet, .csv or
 * .tsv, .jsonl or .ndjson, the texts also with .gz or .zst.
 *
 * CSV is read as text throughout, and converted where a number is wanted, so that no type is guessed.
 *
 * @throws OnwardError `file` when nothing matches, an ending is unknown, or a file is empty, cut off or unreadable
 */
export async function findFiles(database: Database, patterns: readonly string[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const pattern of patterns) {
    for (const path of await expand(database, pattern)) files.push(await inputFile(database, path));
  }
  return files;
}

async function expand(database: Database, pattern: string): Promise<string[]> {
  if (!/[*?[{]/.test(pattern) || (await exists(pattern))) return [pattern];
  const rows = await database.rows(`SELECT file FROM glob(${sqlText(pattern)})`, pattern);
  const paths = rows.map(([path]) => String(path));
  if (paths.length > 0) return paths.sort();
  throw new OnwardError("file", { expected: `a file that matches ${show(pattern)}`, got: "none" });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function inputFile(database: Database, path: string): Promise<InputFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "no such file" : cause.code === "EACCES" ? "no permission" : cause.code;
    throw new OnwardError("file", { expected: "a file to read", got: why ?? cause.message, where: show(path), cause });
  });
  if (!found.isFile()) {
    throw new OnwardError("file", {
      expected: "a file to read",
      got: "a folder",
      where: path,
      advice: "name the files, or a glob such as DIR/*.parquet",
    });
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new OnwardError("file", { expected: "a file to read", got: "no permission", where: path, cause });
  });
  if (found.size === 0) throw new OnwardError("file", { expected: "rows", got: "an empty file", where: path });
  await checkWhole(path);
  const text = sqlText(path);
  const name = path.toLowerCase().replace(/\.(gz|zst)$/, "");
  const bytes = found.size;
  if (name.endsWith(".parquet") || name.endsWith(".pq")) {
    return { path, bytes, relation: `read_parquet(${text})`, text: false };
  }
  if (/\.(csv|tsv)$/.test(name)) {
    return { path, bytes, relation: await csvRelation(database, path, name.endsWith(".tsv")), text: true };
  }
  if (/\.(jsonl|ndjson)$/.test(name)) {
    return { path, bytes, relation: `read_json(${text}, format = 'newline_delimited')`, text: false };
  }
  throw new OnwardError("file", {
    expected: "a file ending in .parquet, .csv, .tsv, .jsonl or .ndjson",
    got: show(path),
    advice: "the texts may end in .gz or .zst after that",
  });
}
