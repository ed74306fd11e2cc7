import { OnwardError, show } from "../core/index.ts";
import type { GraphBuilder, Shape } from "../graph/index.ts";
import { shaped } from "./shaped.ts";
import { checkColumns, floats } from "./weights.ts";

/** Labels that are class indices, as they are looked up. */
export interface ClassLabels {
  /** Which samples are left out. */
  readonly ignored: string;
  /** The labels, 0 in the place of those that are left out. */
  readonly label: string;
  /** The same with an axis of size 1 for the classes. */
  readonly column: string;
}

/** Emits labels so that each can be looked up. */
export function classLabels(g: GraphBuilder, labels: string, ignoreIndex: number): ClassLabels {
  const shape = g.shapeOf(labels);
  const perSample = shaped(g, shape);
  const ignored = perSample(g.equal(labels, ignoreIndex));
  const label = perSample(g.where(ignored, 0, labels));
  return { ignored, label, column: shaped(g, shape?.toSpliced(1, 0, 1))(g.unsqueeze(label, [1])) };
}

/** Emits the value of each sample's class along axis 1, which stays with size 1. */
export function ofClass(g: GraphBuilder, values: string, { column }: ClassLabels): string {
  return shaped(g, g.shapeOf(column))(g.op("GatherElements", [values, column], { axis: 1 }));
}

/** Emits the weight of each sample's class. */
export function weightOfClass(
  g: GraphBuilder,
  scores: string,
  { label }: ClassLabels,
  weights: readonly number[],
  where: string,
): string {
  checkColumns(weights, g.shapeOf(scores)?.[1], { where, name: "classWeights" });
  return shaped(g, g.shapeOf(label))(g.op("Gather", [floats(g, scores, [weights.length], weights), label]));
}

/** The element type and shape of class indices: the scores' without axis 1. @throws OnwardError `model` where there is none */
export function classLabelType(
  scores: Shape | undefined,
  where: string,
): { readonly type: "int64"; readonly shape: Shape | undefined } {
  if (scores !== undefined && scores.length < 2) {
    throw new OnwardError("model", {
      expected: "scores of shape [N, C] or [N, C, d1, ...]",
      got: show(scores),
      where,
    });
  }
  return { type: "int64", shape: scores?.toSpliced(1, 1) };
}

/** Checks the label that marks a sample as left out. @throws OnwardError `usage` when it is no integer */
export function checkIgnoreIndex(where: string, ignoreIndex: number): number {
  if (Number.isSafeInteger(ignoreIndex)) return ignoreIndex;
  throw new OnwardError("usage", { expected: "ignoreIndex to be an integer", got: show(ignoreIndex), where });
}

/** What the weights of class indices add up to, in words. */
export function classDenominator(classWeights: readonly number[] | undefined, ignoreIndex: number): string {
  return classWeights === undefined
    ? `the number of samples with a label other than ${ignoreIndex}`
    : `the sum of the class weights of the labels other than ${ignoreIndex}`;
}
