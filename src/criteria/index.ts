export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from "./binary-cross-entropy.ts";
export { type Criterion, type CriterionInputs, type CriterionOutputs, type Reduction } from "./criterion.ts";
export { crossEntropy, type CrossEntropyOptions } from "./cross-entropy.ts";
export { meanSquaredError, type MeanSquaredErrorOptions } from "./mean-squared-error.ts";
export { reduced } from "./reduced.ts";
export { criteria } from "./registry.ts";
