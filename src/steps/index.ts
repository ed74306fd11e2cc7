export { AccumulateSteps } from "./accumulate.ts";
export { chooseParameters } from "./choose-parameters.ts";
export { EvaluateSteps } from "./evaluate.ts";
export { gradientsOf, type GradientRequest, type Gradients } from "./gradients-of.ts";
export { type LeftOut } from "./find-parameters.ts";
export { findHead, type Head, type HeadTensor } from "./head.ts";
export {
  inspectModel,
  type HeadDescription,
  type ModelInspection,
  type ParameterDescription,
  type ScoresDescription,
  type ValueDescription,
} from "./inspect-model.ts";
export { loadModel, type LoadedModel } from "./load-model.ts";
export { ModelValues } from "./model-values.ts";
export { type OperationCount } from "./count-operations.ts";
export { readActivation } from "./read-activation.ts";
export { type FinalActivation } from "./final-activation.ts";
export { type Refusal } from "./gradient-path.ts";
export { type Outcome } from "./outcome.ts";
export { prepareModel, type Parameter, type PreparedModel } from "./prepared-model.ts";
export { replaceHead, type ReplaceHeadOptions } from "./replace-head.ts";
export { type ParameterSelection } from "./select-names.ts";
export { trainingPlan, type ParameterGroup, type TrainingChoice, type TrainingPlan } from "./training-plan.ts";
export { TrainSteps } from "./train.ts";
export { judgedValues, type TrainingState } from "./training-state.ts";
export { type TrainingSteps } from "./training-steps.ts";
export { checkUpdateRules, type UpdateRules } from "./update-rules.ts";
