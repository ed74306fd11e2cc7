import { OnwardError } from "../core/index.ts";
import type { RankedSummary } from "../metrics/index.ts";
import { Database, type DatabaseOptions } from "../tables/index.ts";
import { Crew } from "./crew.ts";
import { Groups } from "./groups.ts";
import { openFiles } from "./open-files.ts";
import type { Watch } from "./pass.ts";
import { RankCollector } from "./rank-collector.ts";
import { parts, rank } from "./rank-passes.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { ScoreReport } from "./score-report.ts";
import { reportOf, type Scored, type ScoredGroup } from "./scored.ts";
import { ScoreState } from "./score-state.ts";
import { writeState } from "./state-file.ts";

/** How much to take, whom to tell, and who may stop it. */
export interface ScoreFilesOptions extends DatabaseOptions, Watch {
  /** Where to write the state, for merging: this file, and one beside it for ranked scores. */
  readonly state?: string;
  /** How many scores may be held at once for ranking, 50,331,648 when absent: the fewer, the more passes. */
  readonly held?: number;
}

/**
 * Scores prediction files.
 *
 * @throws OnwardError `usage` when options contradict each other, `file` or `data` with the file, column and row when what
 *   is in the files does not fit them
 *
 * @example
 * ```ts
 * import { scoreFiles } from "onward/score";
 * const report = await scoreFiles(["val.csv"], { label: "label", scores: "logit_", kind: "logits" });
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
    const scored = await scoreWith(database, patterns, options, more);
    if (more.state !== undefined) await writeState(database, more.state, scored);
    return reportOf(scored);
  } finally {
    await database.close();
  }
}

/** Scores prediction files with a database that is open. */
export async function scoreWith(
  database: Database,
  patterns: readonly string[],
  options: ScoreOptions,
  more: ScoreFilesOptions = {},
): Promise<Scored> {
  const { layouts, classes, pass } = await openFiles(database, patterns, options, more);

  const states = new Groups(() => new ScoreState({ options, classes }));
  const ranked = options.scores !== undefined && classes.count > 1;
  const collectors = new Groups(() => new RankCollector(classes.count, undefined, more.held));
  const bytes = layouts.reduce((sum, { file }) => sum + file.bytes, 0);
  const crew = Crew.of({ options, classes }, bytes, more);
  let ranks: Map<string | undefined, RankedSummary[]> | undefined;
  try {
    for await (const chunk of pass.rows("all", "scoring")) {
      if (crew !== undefined) await (chunk === "end of file" ? crew.endFile() : crew.give("score", chunk));
      else if (chunk === "end of file") states.forEach((state) => state.endFile());
      else {
        for (const [name, part] of parts(chunk, classes)) {
          const scored = states.of(name).add(part);
          if (ranked && scored !== undefined) collectors.of(name).add(scored);
        }
      }
    }
    if (crew !== undefined) {
      states.set(undefined, await crew.scored());
      collectors.set(undefined, await crew.gathered());
    }
    ranks = ranked ? await rank(pass, classes, options, collectors, { held: more.held, crew }) : undefined;
  } finally {
    await crew?.dismiss();
  }
  if (states.of(undefined).samples === 0) {
    throw new OnwardError("data", {
      expected: "rows to score",
      got: "none",
      where: layouts.map(({ file }) => file.path).join(", "),
    });
  }
  const group = (state: ScoreState, name: string | undefined): ScoredGroup => ({ state, ranks: ranks?.get(name) });
  return {
    layouts,
    classes,
    indexed: false,
    options,
    all: group(states.of(undefined), undefined),
    groups: new Map([...states.named()].map(([name, state]) => [name, group(state, name)])),
  };
}
