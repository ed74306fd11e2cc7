export { type ScoreKind } from "./decisions.ts";
export { EpochTally, type EpochTallyJson, type TallyReport } from "./epoch-tally.ts";
export { ExactSum, type ExactSumJson } from "./exact-sum.ts";
export { explainAverages } from "./explain-averages.ts";
export { type Labels } from "./integer-view.ts";
export { type Floats } from "./loss-moments.ts";
export { type TallyBatch } from "./tally-batch.ts";
export { wilsonInterval } from "./wilson-interval.ts";
export { averagePrecision } from "./average-precision.ts";
export { balancedAccuracy } from "./balanced-accuracy.ts";
export { BrierState } from "./brier-state.ts";
export { type Calibration, type CalibrationBin, CalibrationState } from "./calibration-state.ts";
export { type ClassAverages, type ClassCounts } from "./class-counts.ts";
export { ClassLossState } from "./class-loss-state.ts";
export { cohensKappa } from "./cohens-kappa.ts";
export { type ConfusionBatch, type ConfusionJson, ConfusionState } from "./confusion-state.ts";
export { precisionRecallCurve, type PrecisionRecallPoint, rocCurve, type RocPoint } from "./curves.ts";
export { fBeta } from "./f-beta.ts";
export { independentProportionsInterval, type Proportion } from "./independent-proportions.ts";
export { jaccard } from "./jaccard.ts";
export { LossMoments } from "./loss-moments.ts";
export { matthews } from "./matthews.ts";
export {
  type LabelMeans,
  type MultilabelBatch,
  MultilabelProbabilitiesState,
  type MultilabelProbabilityReads,
} from "./multilabel-probabilities-state.ts";
export {
  type LabelAverages,
  type MultilabelRankedBatch,
  type MultilabelRankedReads,
  MultilabelRankedState,
} from "./multilabel-ranked-state.ts";
export { type MultilabelJson, MultilabelState } from "./multilabel-state.ts";
export { precision } from "./precision.ts";
export { RankCounter } from "./rank-counter.ts";
export { type RankedBatch, type RankedPart, RankedState, type RankedStateJson } from "./ranked-state.ts";
export { rankedReads, type RankedReads, rankedSummary, type RankedSummary } from "./ranked-reads.ts";
export { recall } from "./recall.ts";
export { rocAuc } from "./roc-auc.ts";
export { negativeLogLikelihood, probabilityRows } from "./score-rows.ts";
export { specificity } from "./specificity.ts";
export { rankOf, TopKState } from "./top-k-state.ts";
export {
  occurringClasses,
  type ResampledIntervals,
  resampledIntervals,
  resamplingDraws,
} from "./resampled-intervals.ts";
export { normalQuantile95 } from "./wilson-interval.ts";
export { mcnemar } from "./mcnemar.ts";
export { type PairedAuc, PairedAucState } from "./paired-auc.ts";
export { type PairedDecisions, pairedProportionsInterval } from "./paired-proportions.ts";
export { temperedScores } from "./tempered-scores.ts";
export { fitTemperature, type TemperatureFit, TemperatureSearch } from "./temperature-search.ts";
export { type LogitBatch, TemperatureState } from "./temperature-state.ts";
export { fitThreshold, type ThresholdFit, type ThresholdMetric, thresholdMetrics } from "./threshold-fit.ts";
