import { OnwardError, show } from "../core/index.ts";
import { probabilityRows, type RankedSummary } from "../metrics/index.ts";
import { type ClassSet, classSet } from "./class-set.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { type FileLayout, fileLayout } from "./file-layout.ts";
import { findFiles } from "./file-format.ts";
import { RankCollector, summaries } from "./rank-collector.ts";
import { gather, readRows, type RowChunk, type Wanted, whereRow, withoutIgnored } from "./read-rows.ts";
import type { ScoreOptions } from "./score-options.ts";
import { type ScoreReport, scoreReport } from "./score-report.ts";
import { type ScoredRows, ScoreState } from "./score-state.ts";

/** How far the scoring is: bytes of the files, over all passes. */
export interface ScoreProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export interface ScoreFilesOptions extends DatabaseOptions {
  readonly onProgress?: (progress: ScoreProgress) => void;
  readonly signal?: AbortSignal;
}

/** One group of rows, scored: all of them, or those of one value of the `by` column. */
export interface ScoredGroup {
  readonly state: ScoreState;
  readonly ranks: readonly RankedSummary[] | undefined;
}

/** What came of scoring files: enough to report, and to write as a state. */
export interface Scored {
  readonly all: ScoredGroup;
  readonly groups: ReadonlyMap<string, ScoredGroup>;
}

/** The most values of a `by` column. */
const mostGroups = 1000;

/**
 * Scores prediction files.
 *
 * @throws OnwardError `usage` when options contradict each other, `file` or `data` with the file, column and row when what
 *   is in the files does not fit them
 *
 * @example
 * ```ts
 * import { scoreFiles } from "onward/score";
 * const report = await scoreFiles(["val.parquet"], { label: "label", scores: "logit_", kind: "logits" });
 * console.log(report.loss, report.accuracy, report.metrics.rocAuc);
 * ```
 */
export async function scoreFiles(
  patterns: readonly string[],
  options: ScoreOptions,
  more: ScoreFilesOptions = {},
): Promise<ScoreReport> {
  const database = await Database.open(more);
  try {
    return reportOf(await scoreWith(database, patterns, options, more));
  } finally {
    await database.close();
  }
}

/** The report of what was scored, with those of its groups. */
export function reportOf({ all, groups }: Scored): ScoreReport {
  const by = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const report = scoreReport(all.state, all.ranks);
  return by.length === 0
    ? report
    : { ...report, by: Object.fromEntries(by.map(([name, group]) => [name, scoreReport(group.state, group.ranks)])) };
}

/** Scores prediction files with a database that is open. */
export async function scoreWith(
  database: Database,
  patterns: readonly string[],
  options: ScoreOptions,
  more: ScoreFilesOptions = {},
): Promise<Scored> {
  checkOptions(options);
  const layouts: FileLayout[] = [];
  for (const file of await findFiles(database, patterns)) layouts.push(await fileLayout(database, file, options));
  const classes = await classSet(database, layouts, options);
  checkClassWeights(options, classes);
  const pass = new Pass(database, layouts, classes, options, more);

  const states = new Groups(() => new ScoreState({ options, classes }));
  const ranked = options.scores !== undefined && classes.count > 1;
  const collectors = new Groups(() => new RankCollector(classes.count));
  for await (const chunk of pass.rows("all", "scoring")) {
    if (chunk === "end of file") {
      states.forEach((state) => state.endFile());
      continue;
    }
    for (const [name, part] of parts(chunk, classes)) {
      const scored = states.of(name).add(part);
      if (ranked && scored !== undefined) collectors.of(name).add(scored);
    }
  }
  if (states.of(undefined).samples === 0) {
    throw new OnwardError("data", {
      expected: "rows to score",
      got: "none",
      where: layouts.map(({ file }) => file.path).join(", "),
    });
  }
  const ranks = ranked ? await rank(pass, classes, options, collectors) : undefined;
  const group = (state: ScoreState, name: string | undefined): ScoredGroup => ({ state, ranks: ranks?.get(name) });
  return {
    all: group(states.of(undefined), undefined),
    groups: new Map([...states.named()].map(([name, state]) => [name, group(state, name)])),
  };
}

/** Ranks in further passes: one, if the first pass could hold the scores of all positives; else two for each round. */
export async function rank(
  pass: Pass,
  classes: ClassSet,
  options: ScoreOptions,
  first: Groups<RankCollector>,
): Promise<Map<string | undefined, RankedSummary[]>> {
  const result = new Map<string | undefined, RankedSummary[]>();
  const finish = async (collectors: Groups<RankCollector>) => {
    const counters = new Map([...collectors.all()].map(([name, collector]) => [name, collector.counters()]));
    for await (const chunk of pass.rows("ranks", "ranking")) {
      if (chunk === "end of file") continue;
      for (const [name, part] of parts(chunk, classes)) {
        const { labels, probabilities, weights } = scoredRows(part, classes, options);
        const rows = { scores: probabilities, classes: classes.count, labels, weights };
        for (const counter of counters.get(name) ?? []) counter.count(rows);
      }
    }
    for (const [name, list] of counters) {
      const done = result.get(name) ?? [];
      for (const [i, k] of [...collectors.of(name).wanted].entries()) {
        const [summary] = summaries(list.slice(i, i + 1));
        if (summary !== undefined) done[k] = summary;
      }
      result.set(name, done);
    }
  };
  const all = first.of(undefined);
  if (!all.full) {
    await finish(first);
    return result;
  }
  for (const round of all.rounds()) {
    const collectors = new Groups(() => new RankCollector(classes.count, round));
    for await (const chunk of pass.rows("ranks", "gathering scores")) {
      if (chunk === "end of file") continue;
      for (const [name, part] of parts(chunk, classes)) collectors.of(name).add(scoredRows(part, classes, options));
    }
    await finish(collectors);
  }
  return result;
}

/** The rows of a chunk that are not left out, with probabilities. */
function scoredRows(chunk: RowChunk, classes: ClassSet, options: ScoreOptions): ScoredRows {
  const kept = withoutIgnored(chunk, classes.count);
  const { scores = new Float64Array(0), labels = new Int32Array(0), weights } = kept;
  const probabilities = new Float64Array(scores.length);
  const normalisers = new Float64Array(kept.length);
  probabilityRows(scores, classes.count, options.kind ?? "logits", probabilities, normalisers, (row) =>
    whereRow(kept, row),
  );
  return { labels, probabilities, weights };
}

/** A chunk whole, and its rows by group. */
function* parts(chunk: RowChunk, classes: ClassSet): Generator<[name: string | undefined, part: RowChunk]> {
  yield [undefined, chunk];
  if (chunk.groups === undefined) return;
  const rows = new Map<string, number[]>();
  for (const [row, name = ""] of chunk.groups.entries()) {
    const list = rows.get(name);
    if (list === undefined) rows.set(name, [row]);
    else list.push(row);
  }
  for (const [name, list] of rows) yield [name, gather(chunk, Int32Array.from(list), classes.count)];
}

/** Something for all rows, and for each group that comes up. */
export class Groups<T> {
  readonly #make: () => T;
  readonly #items = new Map<string | undefined, T>();

  constructor(make: () => T) {
    this.#make = make;
  }

  of(name: string | undefined): T {
    let item = this.#items.get(name);
    if (item === undefined) {
      if (this.#items.size > mostGroups) {
        throw new OnwardError("data", { expected: `at most ${mostGroups} values in the column of --by`, got: "more" });
      }
      item = this.#make();
      this.#items.set(name, item);
    }
    return item;
  }

  all(): Iterable<[string | undefined, T]> {
    return this.#items;
  }

  *named(): Iterable<[string, T]> {
    for (const [name, item] of this.#items) if (name !== undefined) yield [name, item];
  }

  forEach(use: (item: T) => void): void {
    for (const item of this.#items.values()) use(item);
  }
}

/** Passes over the rows of all files, with progress. */
export class Pass {
  readonly #database: Database;
  readonly #layouts: readonly FileLayout[];
  readonly #classes: ClassSet;
  readonly #options: ScoreOptions;
  readonly #more: ScoreFilesOptions;

  constructor(
    database: Database,
    layouts: readonly FileLayout[],
    classes: ClassSet,
    options: ScoreOptions,
    more: ScoreFilesOptions,
  ) {
    this.#database = database;
    this.#layouts = layouts;
    this.#classes = classes;
    this.#options = options;
    this.#more = more;
  }

  async *rows(wanted: Wanted, label: string): AsyncGenerator<RowChunk | "end of file"> {
    const { onProgress, signal } = this.#more;
    const total = this.#layouts.reduce((sum, { file }) => sum + file.bytes, 0);
    let done = 0;
    for (const layout of this.#layouts) {
      for await (const chunk of readRows(this.#database, layout, this.#classes, this.#options, wanted)) {
        signal?.throwIfAborted();
        yield chunk;
      }
      yield "end of file";
      done += layout.file.bytes;
      onProgress?.({ label, done, total });
    }
  }
}

function checkOptions(options: ScoreOptions): void {
  const wrong = (expected: string, got: string) => {
    throw new OnwardError("usage", { expected, got });
  };
  const { scores, kind, prediction, loss, label, labelSmoothing, classWeights, topK, bins } = options;
  if (scores === undefined && prediction === undefined && loss === undefined) {
    wrong("--scores, --prediction or --loss", "none of them");
  }
  if (scores !== undefined && kind === undefined) wrong("--kind with --scores", "nothing");
  if (scores === undefined && kind !== undefined) wrong("--scores with --kind", "nothing");
  if (label === undefined && (scores !== undefined || prediction !== undefined)) wrong("--label", "nothing");
  if (options.ignoreLabel !== undefined && label === undefined) wrong("--label with --ignore-label", "nothing");
  if (options.batch !== undefined && options.batchSize !== undefined) wrong("either --batch or --batch-size", "both");
  if (labelSmoothing !== undefined && !(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    wrong("--label-smoothing to be in [0, 1]", show(labelSmoothing));
  }
  const shaped = classWeights !== undefined || (labelSmoothing ?? 0) > 0;
  if (shaped && (loss !== undefined || scores === undefined)) {
    wrong(
      "--class-weights and --label-smoothing with losses that come from --scores",
      loss === undefined ? "no --scores" : "--loss, which is taken as it is",
    );
  }
  if (scores === undefined && (topK !== undefined || bins !== undefined))
    wrong("--scores with --top-k and --bins", "nothing");
}

function checkClassWeights({ classWeights }: ScoreOptions, classes: ClassSet): void {
  if (classWeights === undefined) return;
  if (classWeights.length !== classes.count) {
    throw new OnwardError("usage", {
      expected: `${classes.count} class weights, one a class`,
      got: String(classWeights.length),
    });
  }
  const bad = classWeights.find((weight) => !(weight >= 0 && weight < Infinity));
  if (bad !== undefined) throw new OnwardError("usage", { expected: "class weights of at least 0", got: show(bad) });
}
