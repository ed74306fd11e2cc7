import type { GraphBuilder } from "../../graph/index.ts";
import type { CriterionInputs, CriterionOutputs } from "../criterion.ts";
import { sameShape } from "../same-shape.ts";
import { shaped } from "../shaped.ts";
import { alongAxis1 } from "../weights.ts";

/** The options that have a say in the terms. */
export interface ProbabilityTargetOptions {
  readonly classWeights: readonly number[] | undefined;
  readonly labelSmoothing: number;
}

/** Emits the cross-entropy with labels that are a probability for each class. */
export function probabilityTargets(
  g: GraphBuilder,
  { scores, labels }: CriterionInputs,
  { classWeights, labelSmoothing }: ProbabilityTargetOptions,
): CriterionOutputs {
  const where = "crossEntropy";
  sameShape(g, scores, labels, where);
  const shape = g.shapeOf(scores);
  const perScore = shaped(g, shape);
  const perSample = shaped(g, shape?.toSpliced(1, 1));

  let targets = labels;
  if (labelSmoothing > 0) {
    const kept = perScore(g.mul(targets, 1 - labelSmoothing));
    targets = perScore(g.add(kept, evenShare(g, scores, labelSmoothing)));
  }
  if (classWeights !== undefined)
    targets = perScore(g.mul(targets, alongAxis1(g, scores, classWeights, { where, name: "classWeights" })));
  const logs = perScore(g.op("LogSoftmax", [scores], { axis: 1 }));
  const log = perSample(g.sum(perScore(g.mul(logs, targets)), [1]));
  return { terms: perSample(g.neg(log)), weights: undefined };
}

/** The smoothing divided by the number of classes; by the graph itself where that number is not known. */
function evenShare(g: GraphBuilder, scores: string, labelSmoothing: number): string | number {
  const classes = g.shapeOf(scores)?.[1];
  if (typeof classes === "number") return labelSmoothing / classes;
  const counted = g.squeeze(g.op("Shape", [scores], { start: 1, end: 2 }), [0]);
  return g.div(labelSmoothing, g.castLike(counted, scores));
}
