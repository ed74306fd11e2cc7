import type { GraphBuilder } from "../../graph/index.ts";
import { classLabels, ofClass, weightOfClass } from "../class-labels.ts";
import type { CriterionInputs, CriterionOutputs } from "../criterion.ts";
import { shaped } from "../shaped.ts";
import { alongAxis1, floats } from "../weights.ts";

/** The options that have a say in the terms. */
export interface IndexTargetOptions {
  readonly classWeights: readonly number[] | undefined;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

const option = { where: "crossEntropy", name: "classWeights" };

/**
 * Emits the cross-entropy with labels that are class indices.
 *
 * The runtime takes SoftmaxCrossEntropyLoss apart into 17 nodes or more; picking from LogSoftmax takes 9, and what it adds to
 * the softmax does not grow with the number of classes.
 */
export function indexTargets(
  g: GraphBuilder,
  { scores, labels }: CriterionInputs,
  { classWeights, ignoreIndex, labelSmoothing }: IndexTargetOptions,
): CriterionOutputs {
  const perSample = shaped(g, g.shapeOf(labels));
  const perScore = shaped(g, g.shapeOf(scores));

  const classes = classLabels(g, labels, ignoreIndex);
  const logs = perScore(g.op("LogSoftmax", [scores], { axis: 1 }));
  let log = perSample(g.squeeze(ofClass(g, logs, classes), [1]));
  let weight = floats(g, scores, [], [1]);
  if (classWeights !== undefined) {
    weight = weightOfClass(g, scores, classes, classWeights, option.where);
    log = perSample(g.mul(log, weight));
  }
  if (labelSmoothing > 0) {
    const weighted =
      classWeights === undefined ? logs : perScore(g.mul(logs, alongAxis1(g, scores, classWeights, option)));
    const even = perSample(g.mul(perSample(g.mean(weighted, [1])), labelSmoothing));
    log = perSample(g.add(perSample(g.mul(log, 1 - labelSmoothing)), even));
  }
  // Chosen, not multiplied: where the loss of an ignored sample is infinite, 0 times it would be NaN.
  return {
    terms: perSample(g.where(classes.ignored, 0, perSample(g.neg(log)))),
    weights: perSample(g.where(classes.ignored, floats(g, scores, [], [0]), weight)),
  };
}
