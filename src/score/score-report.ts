import { type RankedSummary, type TallyReport, wilsonInterval } from "../metrics/index.ts";
import { type Metrics, type MetricValues, present, type ReportDetail, scoreMetrics } from "./score-metrics.ts";
import type { ScoreState } from "./score-state.ts";

/** What scoring gives: the report of training, and metrics with their intervals. What is undefined is absent. */
export interface ScoreReport extends Omit<TallyReport, "batches"> {
  /** Batches; absent when nothing says what a batch is, as the mean of their means is then. */
  readonly batches?: number;
  readonly metrics: MetricValues;
  readonly intervals: Metrics<[low: number, high: number]>;
  /** The rows of each value of a column, scored apart. */
  readonly by?: Record<string, ScoreReport>;
}

/** Reads a state: the only place where anything is divided. */
export function scoreReport(
  state: ScoreState,
  ranks: readonly RankedSummary[] | undefined,
  detail: ReportDetail = {},
): ScoreReport {
  const { samples, ignored, nonFinite, confusion } = state;
  const scored = samples - ignored;
  const loss = state.loss?.mean();
  const batchMeanLoss = state.loss === undefined ? undefined : state.batches?.mean();
  const correct = confusion === undefined ? undefined : state.correct;
  const first = state.firstNonFinite;
  return present<ScoreReport>({
    samples,
    ignored,
    batches: state.batches?.batches,
    lossSum: state.loss?.terms.value(),
    lossWeight: state.loss?.weights.value(),
    loss,
    lossStandardError: state.loss?.standardError(scored),
    batchMeanLoss,
    batchMeanBias: batchMeanLoss === undefined || loss === undefined ? undefined : batchMeanLoss - loss,
    correct,
    accuracy: correct === undefined || scored === 0 ? undefined : correct / scored,
    accuracyInterval: correct === undefined ? undefined : wilsonInterval(correct, scored),
    nonFinite,
    firstNonFinite: first && `${first.file}, row ${first.row}`,
    ...scoreMetrics(state, ranks, detail),
  });
}
