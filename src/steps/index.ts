export { EvaluateSteps } from "./evaluate.ts";
export { ModelValues } from "./model-values.ts";
export { type Outcome } from "./outcome.ts";
export { prepareModel, type Parameter, type PreparedModel } from "./prepared-model.ts";
export { TrainSteps } from "./train.ts";
