import { checkChoice, checkNumber, checkOptionNames, OnwardError } from "../core/index.ts";
import { checkIgnoreIndex, classDenominator, classLabelType } from "./class-labels.ts";
import { indexTargets } from "./cross-entropy/index-targets.ts";
import { probabilityTargets } from "./cross-entropy/probability-targets.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { checkWeights } from "./weights.ts";

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** One weight per class, each at least 0; all 1 by default. */
  readonly classWeights?: readonly number[] | undefined;
  /** The label of positions that are left out: term and weight 0. -100 by default; for `indices` alone. */
  readonly ignoreIndex?: number | undefined;
  /** The part of each target that is spread evenly over the classes, in [0, 1]; 0 by default. */
  readonly labelSmoothing?: number | undefined;
  /** What labels are: the index of the class, the default, or a probability for each class. */
  readonly targets?: "indices" | "probabilities" | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

const names = ["classWeights", "ignoreIndex", "labelSmoothing", "targets", "reduction"];

/**
 * Measures logits against classes by the cross-entropy of their softmax.
 *
 * With p = softmax of the scores along axis 1, class weights w, smoothing e and C classes:
 *
 * - `indices`, label y: term = (1 - e) w[y] (-log p[y]) + (e / C) sum over c of w[c] (-log p[c]), weight = w[y]; both are 0
 *   where y is `ignoreIndex`.
 * - `probabilities` q: term = sum over c of w[c] ((1 - e) q[c] + e / C) (-log p[c]), weight = 1.
 *
 * Scores are [N, C] or [N, C, d1, ...], where every position is a sample of its own; labels [N, d1, ...] int64, or of the
 * scores' shape. Computed from log p, so nothing is capped: logits (50, 0) with label 1 give 50. Where the weights add up to
 * 0, the mean is 0/0: NaN. Labels outside of [0, C) are to be refused before they come here.
 *
 * The same as PyTorch's `CrossEntropyLoss`, in every combination of the options.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range, or `ignoreIndex` is at least 0 with
 *   `probabilities`, which have no index to ignore
 *
 * @example
 * ```ts
 * import { crossEntropy } from "onward/criteria";
 * const criterion = crossEntropy({ classWeights: [1, 4], labelSmoothing: 0.1 });
 * criterion.denominator; // "the sum of the class weights of the labels other than -100"
 * ```
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Criterion {
  const where = "crossEntropy";
  checkOptionNames(where, options, names);
  const { ignoreIndex = -100, labelSmoothing = 0, targets = "indices", reduction = "mean" } = options;
  const classWeights =
    options.classWeights === undefined ? undefined : checkWeights(where, "classWeights", options.classWeights);
  checkNumber(where, "labelSmoothing", labelSmoothing, { least: 0, most: 1 });
  checkChoice(where, "targets", targets, ["indices", "probabilities"]);
  checkReduction(where, reduction);
  checkIgnoreIndex(where, ignoreIndex);
  if (targets === "probabilities" && ignoreIndex >= 0) {
    throw new OnwardError("usage", {
      expected: "ignoreIndex with indices alone",
      got: `ignoreIndex ${ignoreIndex} with targets "probabilities"`,
      where,
    });
  }
  const common = { name: where, reduction, scores: "logits", activation: "softmax" } as const;
  if (targets === "probabilities") {
    return {
      ...common,
      denominator: "the number of samples",
      decision: "argmaxOfBoth",
      ignoreIndex: undefined,
      options: { classWeights, labelSmoothing, targets, reduction },
      labels: (scores) => ({ type: "float32", shape: scores }),
      emit: (g, inputs) => probabilityTargets(g, inputs, { classWeights, labelSmoothing }),
    };
  }
  return {
    ...common,
    denominator: classDenominator(classWeights, ignoreIndex),
    decision: "argmax",
    ignoreIndex,
    options: { classWeights, ignoreIndex, labelSmoothing, targets, reduction },
    labels: (scores) => classLabelType(scores, where),
    emit: (g, inputs) => indexTargets(g, inputs, { classWeights, ignoreIndex, labelSmoothing }),
  };
}
