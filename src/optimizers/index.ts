export { adagrad, type AdagradOptions } from "./adagrad.ts";
export { adam } from "./adam.ts";
export { type AdamOptions, type MomentOptions } from "./adam-step.ts";
export { adamw } from "./adamw.ts";
export { lamb } from "./lamb.ts";
export { lion, type LionOptions } from "./lion.ts";
export {
  type GradientFactors,
  type Optimizer,
  type Schedule,
  type UpdateInputs,
  type UpdateOutputs,
} from "./optimizer.ts";
export { optimizers } from "./registry.ts";
export { type Plateau, type PlateauOptions, type PlateauState, reduceOnPlateau } from "./plateau.ts";
export { rmsprop, type RmspropOptions } from "./rmsprop.ts";
export * as schedules from "./schedules/index.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
