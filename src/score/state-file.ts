import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { OnwardError, show } from "../core/index.ts";
import { inOrder, type Database, sqlName } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import { copyTo } from "./copy-to.ts";
import { labelIndex } from "./label-sql.ts";
import { present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { Scored } from "./scored.ts";

/** A state file: counts and exact sums as JSON, and beside it, where scores are ranked, these as Parquet. */
export interface StateFile {
  readonly onward: "score state";
  readonly version: 1;
  /** What was done to the rows; two states that are merged agree on it. Columns go by the names of the Parquet file. */
  readonly options: ScoreOptions;
  readonly classes: ClassSet;
  readonly all: unknown;
  readonly groups?: Readonly<Record<string, unknown>>;
  /** The name of the file with the ranked scores, in the same folder. */
  readonly ranked?: string;
}

/** The options of a state: that a column was there, whatever it was called. */
function stateOptions(options: ScoreOptions): ScoreOptions {
  const { kind, classWeights, labelSmoothing, topK, bins, temperature, threshold } = options;
  const named = (name: "label" | "scores" | "prediction" | "loss" | "weight" | "by") =>
    options[name] === undefined ? undefined : name;
  const [label, scores, prediction, loss] = [named("label"), named("scores"), named("prediction"), named("loss")];
  const [weight, by] = [named("weight"), named("by")];
  const batch = options.batch === undefined && options.batchSize === undefined ? undefined : "batch";
  const columns = { label, scores, prediction, loss, weight, by, batch };
  return present<ScoreOptions>({ ...columns, kind, classWeights, labelSmoothing, topK, bins, temperature, threshold });
}

/**
 * Writes what was scored as a state: `path`, and beside it, with the ending .ranked.parquet, the ranked scores if there are any.
 *
 * @throws OnwardError `file` when the files cannot be written
 */
export async function writeState(database: Database, path: string, scored: Scored): Promise<void> {
  const { options, classes, indexed, layouts, all, groups } = scored;
  const names = indexed ? undefined : classes.names;
  const rankedPath = path.replace(/(\.json)?$/, ".ranked.parquet");
  const ranked = all.ranks !== undefined;
  const input = layouts.find(({ file }) => [path, rankedPath].some((out) => resolve(out) === resolve(file.path)));
  if (input !== undefined) {
    throw new OnwardError("usage", {
      expected: "a state of another name than what is read",
      got: show(input.file.path),
    });
  }
  if (ranked) {
    const selects = layouts.map(({ file, types, scores }) => {
      const column = (name: string | undefined) => [sqlName(name ?? ""), types.get(name ?? "") ?? ""] as const;
      const [label, labelType] = column(options.label);
      const number = (name: string) =>
        types.get(name) === "FLOAT" ? sqlName(name) : `CAST(${sqlName(name)} AS DOUBLE)`;
      const list =
        scores?.form === "columns"
          ? `[${scores.names.map(number).join(", ")}]`
          : scores?.form === "list"
            ? `CAST(${sqlName(scores.name)} AS ${scores.single ? "FLOAT[]" : "DOUBLE[]"})`
            : number(scores?.name ?? "");
      const fields = [
        `${labelIndex(label, labelType, names, options.ignoreLabel)} AS label`,
        `${list} AS scores`,
        ...(options.weight === undefined ? [] : [`${number(options.weight)} AS weight`]),
        ...(options.by === undefined ? [] : [`CAST(${sqlName(options.by)} AS VARCHAR) AS "by"`]),
      ];
      return `SELECT * FROM (SELECT ${fields.join(", ")} FROM ${file.relation}) WHERE label >= 0`;
    });
    await copyTo(database, selects.join(" UNION ALL "), rankedPath, "FORMAT parquet, COMPRESSION zstd");
  }
  const json: StateFile = {
    onward: "score state",
    version: 1,
    options: stateOptions(options),
    classes,
    all: all.state,
    ...(groups.size === 0
      ? {}
      : { groups: Object.fromEntries([...groups].map(([name, group]) => [name, group.state.toJSON()])) }),
    ...(ranked ? { ranked: basename(rankedPath) } : {}),
  };
  const { writeFile } = await import("../runs/index.ts");
  await writeFile(path, `${JSON.stringify(json)}\n`);
}

/**
 * Reads a state file.
 *
 * @throws OnwardError `file` when there is none, or it is not one
 */
export async function readState(path: string): Promise<StateFile & { readonly rankedPath: string | undefined }> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new OnwardError("file", { expected: "a score state", got, where: path, cause });
  });
  let json: Partial<StateFile> | undefined;
  try {
    json = JSON.parse(text) as Partial<StateFile>;
  } catch (cause) {
    throw new OnwardError("file", { expected: "a score state, which is JSON", got: show(text), where: path, cause });
  }
  if (
    json?.onward !== "score state" ||
    json.version !== 1 ||
    json.options === undefined ||
    json.classes === undefined
  ) {
    throw new OnwardError("file", { expected: "a score state of version 1", got: show(text), where: path });
  }
  // Only a name in the same folder is followed, whatever the file says.
  const rankedPath = json.ranked === undefined ? undefined : join(dirname(resolve(path)), basename(json.ranked));
  return { ...(json as StateFile), rankedPath };
}

/** The classes of states together: those that were found among labels may differ. */
export function classesTogether(states: readonly StateFile[]): ClassSet {
  const [first, ...rest] = states;
  if (first === undefined) throw new OnwardError("usage", { expected: "a state to merge", got: "none" });
  if (!first.classes.found) return first.classes;
  const names = inOrder([...new Set([first, ...rest].flatMap(({ classes }) => classes.names ?? []))]);
  const positive = names.length === 2 ? 1 : undefined;
  return { count: Math.max(1, names.length), names, found: true, positive };
}
