import type { GraphBuilder } from "../../graph/index.ts";
import type { CriterionInputs, CriterionOutputs } from "../criterion.ts";
import { shaped } from "../shaped.ts";
import { alongAxis1, checkColumns, floats } from "../weights.ts";

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
  const shape = g.shapeOf(labels);
  const perSample = shaped(g, shape);
  const perScore = shaped(g, g.shapeOf(scores));
  const column = shaped(g, shape?.toSpliced(1, 0, 1));

  const ignored = perSample(g.equal(labels, ignoreIndex));
  const label = perSample(g.where(ignored, 0, labels));
  const logs = perScore(g.op("LogSoftmax", [scores], { axis: 1 }));
  const picked = g.op("GatherElements", [logs, column(g.unsqueeze(label, [1]))], { axis: 1 });
  let log = perSample(g.squeeze(column(picked), [1]));
  let weight = floats(g, scores, [], [1]);
  if (classWeights !== undefined) {
    checkColumns(classWeights, g.shapeOf(scores)?.[1], option);
    weight = perSample(g.op("Gather", [floats(g, scores, [classWeights.length], classWeights), label]));
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
    terms: perSample(g.where(ignored, 0, perSample(g.neg(log)))),
    weights: perSample(g.where(ignored, floats(g, scores, [], [0]), weight)),
  };
}
