import type { RankedSummary } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { FileLayout } from "./file-layout.ts";
import type { ScoreOptions } from "./score-options.ts";
import { type ScoreReport, scoreReport } from "./score-report.ts";
import type { ScoreState } from "./score-state.ts";

/** One group of rows, scored: all of them, or those of one value of the `by` column. */
export interface ScoredGroup {
  readonly state: ScoreState;
  readonly ranks: readonly RankedSummary[] | undefined;
}

/** What came of scoring files: enough to report, and to write as a state. */
export interface Scored {
  readonly layouts: readonly FileLayout[];
  readonly classes: ClassSet;
  /** Whether labels in the files are indices, although the classes may have names. */
  readonly indexed: boolean;
  readonly options: ScoreOptions;
  readonly all: ScoredGroup;
  readonly groups: ReadonlyMap<string, ScoredGroup>;
}

/** The report of what was scored, with those of its groups. */
export function reportOf({ all, groups }: Pick<Scored, "all" | "groups">): ScoreReport {
  const by = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const report = scoreReport(all.state, all.ranks);
  return by.length === 0
    ? report
    : { ...report, by: Object.fromEntries(by.map(([name, group]) => [name, scoreReport(group.state, group.ranks)])) };
}
