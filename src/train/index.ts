export { type Mode } from "./mode.ts";
export { type PhaseStart, type Progress, type TrainerEvents } from "./events.ts";
export { type PhaseInput, type PhaseOptions } from "./phase.ts";
export { type Remark } from "./remarks.ts";
export { type PhaseReport } from "./report.ts";
export { Trainer, type EvaluateOptions, type FitOptions, type TrainerOptions } from "./trainer.ts";
