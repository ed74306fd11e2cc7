import { OnwardError } from "../core/index.ts";
import type { RankedSummary } from "../metrics/index.ts";
import { Database, findFiles } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import { type FileLayout, fileLayout } from "./file-layout.ts";
import { Pass, type Watch } from "./pass.ts";
import { collect, rank } from "./rank-passes.ts";
import type { ScoreFilesOptions } from "./score-files.ts";
import { reportOf, type Scored, type ScoredGroup } from "./scored.ts";
import type { ScoreReport } from "./score-report.ts";
import { present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";
import { ScoreState } from "./score-state.ts";
import { classesTogether, readState, type StateFile, writeState } from "./state-file.ts";

/**
 * Merges state files that `scoreFiles` wrote, and may write the merged state.
 *
 * @throws OnwardError `file` or `data` when a file is no state, or the states were made by different options
 *
 * @example
 * ```ts
 * import { mergeFiles } from "onward/score";
 * const report = await mergeFiles(["monday.json", "tuesday.json"]);
 * ```
 */
export async function mergeFiles(paths: readonly string[], more: ScoreFilesOptions = {}): Promise<ScoreReport> {
  const database = await Database.open(more);
  try {
    const scored = await mergeStates(database, paths, more);
    if (more.state !== undefined) await writeState(database, more.state, scored);
    return reportOf(scored);
  } finally {
    await database.close();
  }
}

/**
 * Merges state files. The result is that of scoring all rows at once, to the last bit.
 *
 * @throws OnwardError `file` or `data` when a file is no state, or the states were made by different options
 */
export async function mergeStates(
  database: Database,
  paths: readonly string[],
  watch: Watch & Pick<ScoreFilesOptions, "held"> = {},
): Promise<Scored> {
  const files = await Promise.all(paths.map(readState));
  const classes = classesTogether(files);
  const options = files[0]?.options ?? {};
  for (const [i, file] of files.entries()) {
    const same =
      JSON.stringify(file.options) === JSON.stringify(options) &&
      file.classes.found === classes.found &&
      (classes.found || JSON.stringify(file.classes) === JSON.stringify(classes));
    if (same) continue;
    throw new OnwardError("data", {
      expected: "states that were made with the same options and classes",
      got: "different ones",
      where: `${paths[0] ?? ""} and ${paths[i] ?? ""}`,
    });
  }
  const shape = { options, classes };
  const merged = new Map<string | undefined, ScoreState>([[undefined, new ScoreState(shape)]]);
  const add = (name: string | undefined, file: StateFile, json: unknown) => {
    let state = merged.get(name);
    if (state === undefined) merged.set(name, (state = new ScoreState(shape)));
    state.merge(ScoreState.fromJSON(shape, inClasses(json, file.classes, classes)));
  };
  for (const file of files) {
    add(undefined, file, file.all);
    for (const [name, json] of Object.entries(file.groups ?? {})) add(name, file, json);
  }

  // The files beside the states have the columns that ranking needs; labels are indices there.
  const { label, scores, kind, weight, by, temperature } = options;
  const columns = present<ScoreOptions>({ label, scores, kind, weight, by, temperature });
  const indices = { ...classes, names: undefined };
  const layouts: FileLayout[] = [];
  const ranked = files.map(({ rankedPath }) => rankedPath).filter((path) => path !== undefined);
  for (const file of await findFiles(database, ranked)) layouts.push(await fileLayout(database, file, columns));
  let ranks: Map<string | undefined, RankedSummary[]> | undefined;
  if (layouts.length > 0) {
    const pass = new Pass(database, layouts, indices, columns, watch);
    const { held } = watch;
    ranks = await rank(pass, indices, columns, await collect(pass, indices, columns, present({ held })), { held });
  }
  const group = (name: string | undefined, state: ScoreState): ScoredGroup => ({ state, ranks: ranks?.get(name) });
  const { all, groups } = split(merged, group);
  return { layouts, classes, indexed: true, options, all, groups };
}

function split(
  merged: Map<string | undefined, ScoreState>,
  group: (name: string | undefined, state: ScoreState) => ScoredGroup,
) {
  const groups = new Map<string, ScoredGroup>();
  let all: ScoredGroup | undefined;
  for (const [name, state] of merged) {
    if (name === undefined) all = group(name, state);
    else groups.set(name, group(name, state));
  }
  return { all: all ?? group(undefined, [...merged.values()][0] as ScoreState), groups };
}

/** A state's JSON with its classes where they are among all classes. */
function inClasses(json: unknown, from: ClassSet, to: ClassSet): unknown {
  if (!to.found || from.names === undefined || from.names.join("\n") === to.names?.join("\n")) return json;
  const place = from.names.map((name) => to.names?.indexOf(name) ?? 0);
  const spread = (values: unknown, empty: unknown): unknown => {
    if (!Array.isArray(values)) return values;
    const all: unknown[] = Array.from({ length: to.count }, () => empty);
    for (const [k, at] of place.entries()) all[at] = values[k] as unknown;
    return all;
  };
  const record = json as Record<string, unknown>;
  const confusion = record["confusion"] as Record<string, unknown> | undefined;
  const classLoss = record["classLoss"] as Record<string, unknown> | undefined;
  const nothing = { sum: "0p0" };
  const cells = (confusion?.["cells"] ?? []) as [number, number, number][];
  return {
    ...record,
    ...(confusion && {
      confusion: {
        ...confusion,
        classes: to.count,
        cells: cells.map(([label, prediction, count]) => [place[label], place[prediction], count]),
        undecided: spread(confusion["undecided"], 0),
        weights: spread(confusion["weights"], [nothing, nothing, nothing]),
      },
    }),
    ...(classLoss && {
      classLoss: { terms: spread(classLoss["terms"], nothing), weights: spread(classLoss["weights"], nothing) },
    }),
  };
}
