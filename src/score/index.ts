export { type ComparedReport, compareFiles, type Comparison } from "./compare-files.ts";
export { mergeFiles } from "./merge-states.ts";
export { type ScoreProgress } from "./pass.ts";
export { scoreFiles, type ScoreFilesOptions } from "./score-files.ts";
export { type ScoreOptions } from "./score-options.ts";
export { type ScoreReport } from "./score-report.ts";
export { type Metrics, type MetricValues } from "./score-metrics.ts";
export { modelKind } from "./model-kind.ts";
export { predictFile, predictionColumns, type PredictOptions } from "./predict-file.ts";
