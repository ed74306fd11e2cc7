export { EvaluateSteps } from "./evaluate.ts";
export { gradientsOf, type GradientRequest, type Gradients } from "./gradients-of.ts";
export { findHead, type Head, type HeadTensor } from "./head.ts";
export { loadModel, type LoadedModel } from "./load-model.ts";
export { ModelValues } from "./model-values.ts";
export { type Outcome } from "./outcome.ts";
export { prepareModel, type Parameter, type PreparedModel } from "./prepared-model.ts";
export { replaceHead, type ReplaceHeadOptions } from "./replace-head.ts";
export { TrainSteps } from "./train.ts";
