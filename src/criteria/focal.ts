import { checkNumber, checkOptionNames } from "../core/index.ts";
import {
  checkIgnoreIndex,
  classDenominator,
  classLabels,
  classLabelType,
  ofClass,
  weightOfClass,
} from "./class-labels.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { focused } from "./focused.ts";
import { shaped } from "./shaped.ts";
import { checkWeights, floats } from "./weights.ts";

/** Options of `focal`. */
export interface FocalOptions {
  /** How strongly samples that are right already are made light of, at least 0. Default 2; 0 is `crossEntropy`. */
  readonly gamma?: number | undefined;
  /** One weight per class, each at least 0: the paper's alpha; all 1 by default. */
  readonly classWeights?: readonly number[] | undefined;
  /** The label of positions that are left out: term and weight 0. Default -100. */
  readonly ignoreIndex?: number | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures logits against classes by cross-entropy that makes light of what is right already.
 *
 * With p = softmax of the scores along axis 1, label y and class weights w:
 *
 * term = w[y] (1 - p[y])^gamma (-log p[y]), weight = w[y]; both are 0 where y is `ignoreIndex`.
 *
 * Scores are [N, C] or [N, C, d1, ...], where every position is a sample of its own; labels [N, d1, ...] int64. The mean divides
 * by the sum of the class weights, as PyTorch's `CrossEntropyLoss` does, so that gamma = 0 is that loss; other programs divide
 * by the number of samples. PyTorch has none; torchvision's is `binaryFocal`. Where the weights add up to 0, the mean is 0/0: NaN.
 * From "Focal Loss for Dense Object Detection" (Lin et al., 2017).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { focal } from "onward/criteria";
 * const criterion = focal({ gamma: 2, classWeights: [1, 4] });
 * criterion.denominator; // "the sum of the class weights of the labels other than -100"
 * ```
 */
export function focal(options: FocalOptions = {}): Criterion {
  const where = "focal";
  checkOptionNames(where, options, ["gamma", "classWeights", "ignoreIndex", "reduction"]);
  const gamma = checkNumber(where, "gamma", options.gamma ?? 2, { least: 0 });
  const classWeights =
    options.classWeights === undefined ? undefined : checkWeights(where, "classWeights", options.classWeights);
  const ignoreIndex = checkIgnoreIndex(where, options.ignoreIndex ?? -100);
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: classDenominator(classWeights, ignoreIndex),
    scores: "logits",
    activation: "softmax",
    decision: "argmax",
    ignoreIndex,
    options: { gamma, classWeights, ignoreIndex, reduction },
    labels: (scores) => classLabelType(scores, where),
    emit(g, { scores, labels }) {
      const perSample = shaped(g, g.shapeOf(labels));
      const classes = classLabels(g, labels, ignoreIndex);
      const logs = shaped(g, g.shapeOf(scores))(g.op("LogSoftmax", [scores], { axis: 1 }));
      const log = perSample(g.squeeze(ofClass(g, logs, classes), [1]));
      const missed = perSample(g.sub(1, perSample(g.exp(log))));
      let term = focused(g, perSample(g.neg(log)), missed, gamma);
      let weight = floats(g, scores, [], [1]);
      if (classWeights !== undefined) {
        weight = weightOfClass(g, scores, classes, classWeights, where);
        term = perSample(g.mul(term, weight));
      }
      return {
        terms: perSample(g.where(classes.ignored, 0, term)),
        weights: perSample(g.where(classes.ignored, floats(g, scores, [], [0]), weight)),
      };
    },
  };
}
