import { checkNumber, checkOptionNames, OnwardError, show } from "../core/index.ts";
import { checkIgnoreIndex, classLabels, classLabelType, ofClass, weightOfClass } from "./class-labels.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { shaped } from "./shaped.ts";
import { checkWeights, floats } from "./weights.ts";

/** Options of `hinge`. */
export interface HingeOptions {
  /** By how much the label's score has to exceed the others, at least 0. Default 1. */
  readonly margin?: number | undefined;
  /** What the shortfall is raised to: 1, the default, or 2. */
  readonly power?: 1 | 2 | undefined;
  /** One weight per class, each at least 0; all 1 by default. They do not enter the denominator. */
  readonly classWeights?: readonly number[] | undefined;
  /** The label of positions that are left out: term and weight 0. Default -100. */
  readonly ignoreIndex?: number | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures scores against classes by how far the label's fails to exceed each other by a margin.
 *
 * With scores x of C classes along axis 1, label y and class weights w:
 *
 * term = w[y] / C sum over c != y of max(0, margin - x[y] + x[c])^power, weight = 1; both are 0 where y is `ignoreIndex`.
 *
 * Scores are [N, C] or [N, C, d1, ...], where every position is a sample of its own; labels [N, d1, ...] int64. The weights add up
 * to the number of samples, with class weights too. Where a score is exactly at the margin, its gradient is 0.
 *
 * The same as PyTorch's `MultiMarginLoss` (p = power, weight = classWeights), which takes [N, C] alone and ignores no label. From
 * "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines" (Crammer and Singer, 2001), with the sum of Weston
 * and Watkins (1999).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { hinge } from "onward/criteria";
 * const criterion = hinge({ margin: 0.5, power: 2 });
 * criterion.denominator; // "the number of samples with a label other than -100"
 * ```
 */
export function hinge(options: HingeOptions = {}): Criterion {
  const where = "hinge";
  checkOptionNames(where, options, ["margin", "power", "classWeights", "ignoreIndex", "reduction"]);
  const margin = checkNumber(where, "margin", options.margin ?? 1, { least: 0 });
  const power = checkPower(where, options.power ?? 1);
  const classWeights =
    options.classWeights === undefined ? undefined : checkWeights(where, "classWeights", options.classWeights);
  const ignoreIndex = checkIgnoreIndex(where, options.ignoreIndex ?? -100);
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: `the number of samples with a label other than ${ignoreIndex}`,
    scores: "values",
    activation: undefined,
    decision: "argmax",
    ignoreIndex,
    options: { margin, power, classWeights, ignoreIndex, reduction },
    labels: (scores) => classLabelType(scores, where),
    emit(g, { scores, labels }) {
      const perScore = shaped(g, g.shapeOf(scores));
      const perSample = shaped(g, g.shapeOf(labels));
      const classes = classLabels(g, labels, ignoreIndex);
      const ahead = perScore(g.sub(scores, ofClass(g, scores, classes)));
      const zeros = g.op("Expand", [floats(g, scores, [], [0]), g.shape(classes.column)]);
      const rivals = [perScore(g.add(ahead, margin)), classes.column, shaped(g, g.shapeOf(classes.column))(zeros)];
      const short = perScore(g.op("Relu", [perScore(g.op("ScatterElements", rivals, { axis: 1 }))]));
      let term = perSample(g.mean(power === 2 ? perScore(g.square(short)) : short, [1]));
      if (classWeights !== undefined)
        term = perSample(g.mul(term, weightOfClass(g, scores, classes, classWeights, where)));
      const [nothing, one] = [floats(g, scores, [], [0]), floats(g, scores, [], [1])];
      return {
        terms: perSample(g.where(classes.ignored, nothing, term)),
        weights: perSample(g.where(classes.ignored, nothing, one)),
      };
    },
  };
}

/** Checks an exponent. @throws OnwardError `usage` when it is neither 1 nor 2 */
export function checkPower(where: string, power: 1 | 2): 1 | 2 {
  if (power === 1 || power === 2) return power;
  throw new OnwardError("usage", { expected: "power to be 1 or 2", got: show(power), where });
}
