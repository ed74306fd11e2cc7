export { adam } from "./adam.ts";
export { type AdamOptions } from "./adam-step.ts";
export { adamw } from "./adamw.ts";
export { type Optimizer, type Schedule, type UpdateInputs, type UpdateOutputs } from "./optimizer.ts";
export { optimizers } from "./registry.ts";
export * as schedules from "./schedules/index.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
