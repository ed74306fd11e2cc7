import type { Tensor } from "../core/index.ts";
import type { Tensors } from "../runtime/index.ts";
import { names } from "./names.ts";

/** What a step graph says of its samples; with a leading axis of steps where several ran in one call. */
export interface Outcome {
  readonly terms: Tensor;
  /** Undefined where every weight is 1. */
  readonly weights: Tensor | undefined;
  readonly scores: Tensor;
}

/** Picks the outcome from a session's outputs. */
export function outcome(outputs: Tensors): Outcome {
  return {
    terms: outputs[names.terms] as Tensor,
    weights: outputs[names.weights],
    scores: outputs[names.scores] as Tensor,
  };
}
