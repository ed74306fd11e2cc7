export { type ScoreKind } from "./decisions.ts";
export { EpochTally, type EpochTallyJson, type TallyReport } from "./epoch-tally.ts";
export { ExactSum, type ExactSumJson } from "./exact-sum.ts";
export { explainAverages } from "./explain-averages.ts";
export { type Labels } from "./integer-view.ts";
export { type Floats } from "./loss-moments.ts";
export { type TallyBatch } from "./tally-batch.ts";
export { wilsonInterval } from "./wilson-interval.ts";
