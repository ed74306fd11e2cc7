export { OnwardError, Tensor } from "./core/index.ts";
export { binaryCrossEntropy, crossEntropy, meanSquaredError } from "./criteria/index.ts";
export { nn } from "./nn/index.ts";
export { adam, adamw, sgd } from "./optimizers/index.ts";
export { Trainer, type PhaseReport } from "./train/index.ts";
