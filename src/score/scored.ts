import { type RankedSummary, resamplingDraws } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { FileLayout } from "./file-layout.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { ReportDetail } from "./score-metrics.ts";
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

/** The most that all groups together draw in resampling, about a minute; but so many resamples there are at least. */
const mostGroupDraws = 5e9;
const fewestResamples = 200;
const usualResamples = 1000;
/** The most cells that the confusion matrices of all groups have together. */
const mostGroupCells = 1e7;

/** The report of what was scored, with those of its groups. */
export function reportOf({ all, groups }: Pick<Scored, "all" | "groups">): ScoreReport {
  const report = scoreReport(all.state, all.ranks);
  if (groups.size === 0) return report;
  const detail = groupDetail([...groups.values()].map(({ state }) => state));
  const by = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...report,
    by: Object.fromEntries(by.map(([name, { state, ranks }]) => [name, scoreReport(state, ranks, detail)])),
  };
}

function groupDetail(states: readonly ScoreState[]): ReportDetail {
  let [draws, cells] = [0, 0];
  for (const { confusion } of states) {
    if (confusion === undefined) continue;
    draws += resamplingDraws(confusion);
    cells += confusion.classes ** 2;
  }
  const affordable = Math.floor(mostGroupDraws / Math.max(1, draws));
  return {
    resamples: Math.max(fewestResamples, Math.min(usualResamples, affordable)),
    confusion: cells <= mostGroupCells,
  };
}
