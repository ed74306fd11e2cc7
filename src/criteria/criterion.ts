import { checkChoice } from "../core/index.ts";
import type { DataType, GraphBuilder, Shape } from "../graph/index.ts";

/** What becomes of the terms: their sum over their weights, their sum, or themselves, as in PyTorch. */
export type Reduction = "mean" | "sum" | "none";

/** The values that a criterion compares, by name. */
export interface CriterionInputs {
  /** The model's output. */
  readonly scores: string;
  /** What it should have been. */
  readonly labels: string;
}

/** What a criterion says of each sample. Shapes are [N], or [N, d1, ...] where every position is a sample. */
export interface CriterionOutputs {
  /** The numerators: each sample's loss times its weight. */
  readonly terms: string;
  /** The denominators; undefined where each is 1. */
  readonly weights: string | undefined;
}

/** A loss: per-sample terms and weights as ONNX ops, never only a mean. */
export interface Criterion {
  readonly name: string;
  readonly reduction: Reduction;
  /** What the weights add up to, in words: the denominator of the mean. */
  readonly denominator: string;
  /** What the scores are taken for. */
  readonly scores: "logits" | "values";
  /** What makes probabilities of the logits; undefined for values. A model that ends in it is judged by what it reads. */
  readonly activation: "softmax" | "sigmoid" | undefined;
  /**
   * How a prediction is read from the scores: the largest along axis 1 (`argmaxOfBoth`: of the labels too, as they are
   * probabilities), the sign of each, or not at all.
   */
  readonly decision: "argmax" | "argmaxOfBoth" | "sign" | undefined;
  /** The label that marks a sample as left out. */
  readonly ignoreIndex: number | undefined;
  /** Everything needed to make it again, for the record of a run. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The element type and shape of labels that go with scores of the given shape. */
  labels(scores: Shape | undefined): { readonly type: DataType; readonly shape: Shape | undefined };
  /** Emits the terms and weights. */
  emit(g: GraphBuilder, inputs: CriterionInputs): CriterionOutputs;
}

/** Checks a reduction. @throws OnwardError `usage` when there is none of that name */
export function checkReduction(where: string, reduction: Reduction): Reduction {
  return checkChoice(where, "reduction", reduction, ["mean", "sum", "none"]);
}
