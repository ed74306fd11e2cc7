import { checkNumber, checkOptionNames } from "../core/index.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { checkPower } from "./hinge.ts";
import { rowWeights, sumRows } from "./rows.ts";
import { sameShape } from "./same-shape.ts";
import { shaped } from "./shaped.ts";

/** Options of `binaryHinge`. */
export interface BinaryHingeOptions {
  /** How far on its label's side of 0 a score has to be, at least 0. Default 1. */
  readonly margin?: number | undefined;
  /** What the shortfall is raised to: 1, the default, or 2. */
  readonly power?: 1 | 2 | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures scores against yes-or-no labels, each for itself, by how far it is from its label's side of 0.
 *
 * For a score x with label y in [0, 1]: loss = max(0, margin - (2 y - 1) x)^power.
 *
 * Scores are [N] or [N, K, ...], labels are floats of the same shape, 0 and 1. One sample is one row: its term is the sum over the
 * row, its weight the number of the row's elements. So sum of terms / sum of weights is the mean over all elements. (`none` gives
 * the rows' sums.) At the margin the gradient is 0.
 *
 * The same as scikit-learn's `hinge_loss` of labels -1 and 1, and as PyTorch's `HingeEmbeddingLoss` of (2 y - 1) x and -1.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { binaryHinge } from "onward/criteria";
 * const criterion = binaryHinge({ power: 2 });
 * criterion.denominator; // "the number of scores"
 * ```
 */
export function binaryHinge(options: BinaryHingeOptions = {}): Criterion {
  const where = "binaryHinge";
  checkOptionNames(where, options, ["margin", "power", "reduction"]);
  const margin = checkNumber(where, "margin", options.margin ?? 1, { least: 0 });
  const power = checkPower(where, options.power ?? 1);
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: "the number of scores",
    scores: "values",
    activation: undefined,
    decision: "sign",
    ignoreIndex: undefined,
    options: { margin, power, reduction },
    labels: (scores) => ({ type: "float32", shape: scores }),
    emit(g, { scores, labels }) {
      sameShape(g, scores, labels, where);
      const shape = g.shapeOf(scores);
      const perScore = shaped(g, shape);
      // Away from the label's side: (1 - 2 y) x.
      const away = perScore(g.mul(perScore(g.sub(1, perScore(g.mul(labels, 2)))), scores));
      const short = perScore(g.op("Relu", [perScore(g.add(away, margin))]));
      const terms = sumRows(g, power === 2 ? perScore(g.square(short)) : short, shape);
      return { terms, weights: rowWeights(g, scores, terms) };
    },
  };
}
