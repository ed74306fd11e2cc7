import { batchNormalization } from "./batch-normalization.ts";
import { dropout } from "./dropout.ts";
import type { TrainingForm } from "./training-context.ts";

/** The ops that compute otherwise in training than in evaluation. */
const forms: Readonly<Record<string, TrainingForm>> = {
  BatchNormalization: batchNormalization,
  Dropout: dropout,
};

/** The training form of an op; undefined where it has but one. */
export function trainingForm(op: string): TrainingForm | undefined {
  return Object.hasOwn(forms, op) ? forms[op] : undefined;
}
