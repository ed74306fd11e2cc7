import { OnwardError, show } from "../core/index.ts";
import { type Database, type InputFile, sqlName } from "../tables/index.ts";
import type { ScoreOptions } from "./score-options.ts";

/** Where a file keeps its scores. */
export type ScoreLayout =
  | { readonly form: "columns"; readonly names: readonly string[]; readonly single: boolean }
  /** No width where no row has a list. */
  | { readonly form: "list"; readonly name: string; readonly single: boolean; readonly width: number | undefined }
  | { readonly form: "one"; readonly name: string; readonly single: boolean };

/** A file's columns by name with their types, and where its scores are. */
export interface FileLayout {
  readonly file: InputFile;
  readonly types: ReadonlyMap<string, string>;
  readonly scores: ScoreLayout | undefined;
}

const numericTypes = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|VARCHAR|JSON)$/;

/**
 * Looks at a file's columns and checks that those that the options name are there, and hold what they should.
 *
 * @throws OnwardError `data` when a column is missing or of a wrong type
 */
export async function fileLayout(database: Database, file: InputFile, options: ScoreOptions): Promise<FileLayout> {
  const described = await database.rows(`DESCRIBE SELECT * FROM ${file.relation}`, file.path);
  const types = new Map(described.map(([name, type]) => [String(name), String(type)]));
  for (const name of [options.label, options.prediction, options.loss, options.weight, options.batch, options.by]) {
    if (name !== undefined && !types.has(name)) throw missing(file, types, show(name));
  }
  for (const name of [options.loss, options.weight]) {
    if (name !== undefined) checkNumeric(file, types, name);
  }
  const scores = options.scores === undefined ? undefined : await scoreLayout(database, file, types, options.scores);
  return { file, types, scores };
}

async function scoreLayout(
  database: Database,
  file: InputFile,
  types: ReadonlyMap<string, string>,
  given: string,
): Promise<ScoreLayout> {
  const type = types.get(given);
  if (type === undefined) return prefixLayout(file, types, given);
  const name = sqlName(given);
  const isList = /\]$/.test(type);
  if (!isList && type !== "VARCHAR" && type !== "JSON") {
    checkNumeric(file, types, given);
    return { form: "one", name: given, single: type === "FLOAT" };
  }
  const [first] = await database.rows(
    `SELECT CAST(${name} AS VARCHAR), len(TRY_CAST(${name} AS VARCHAR[])) FROM ${file.relation} WHERE ${name} IS NOT NULL LIMIT 1`,
    file.path,
  );
  const single = /^FLOAT\[\d*\]$/.test(type);
  if (first === undefined) return { form: "list", name: given, single, width: undefined };
  if (!isList && !asText(first[0]).trimStart().startsWith("[")) return { form: "one", name: given, single: false };
  const width = Number(first[1] ?? 0);
  if (width < 1) {
    throw new OnwardError("data", {
      expected: `column ${show(given)} to hold scores`,
      got: "no list",
      where: file.path,
    });
  }
  return { form: "list", name: given, single, width };
}

function prefixLayout(file: InputFile, types: ReadonlyMap<string, string>, prefix: string): ScoreLayout {
  const indices = [...types.keys()]
    .filter((name) => name.startsWith(prefix) && /^(0|[1-9]\d*)$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
  if (indices.length === 0) throw missing(file, types, `${show(prefix)}, or ${show(`${prefix}0`)} and so on`);
  const gap = indices.findIndex((index, i) => index !== i);
  if (gap >= 0) throw missing(file, types, show(`${prefix}${gap}`));
  const names = indices.map((index) => `${prefix}${index}`);
  for (const name of names) checkNumeric(file, types, name);
  return { form: "columns", names, single: names.every((name) => types.get(name) === "FLOAT") };
}

function checkNumeric(file: InputFile, types: ReadonlyMap<string, string>, name: string): void {
  const type = types.get(name) ?? "";
  if (numericTypes.test(type)) return;
  throw new OnwardError("data", { expected: `column ${show(name)} to hold numbers`, got: type, where: file.path });
}

function missing(file: InputFile, types: ReadonlyMap<string, string>, what: string): OnwardError {
  const names = [...types.keys()];
  const listed = names.slice(0, 12).map(show).join(", ");
  return new OnwardError("data", {
    expected: `a column ${what}`,
    got: names.length > 12 ? `${listed} and ${names.length - 12} more` : listed,
    where: file.path,
  });
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
