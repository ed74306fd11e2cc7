import { checkNumber, checkOptionNames } from "../core/index.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { focused } from "./focused.ts";
import { rowWeights, sumRows } from "./rows.ts";
import { sameShape } from "./same-shape.ts";
import { shaped } from "./shaped.ts";

/** Options of `binaryFocal`. */
export interface BinaryFocalOptions {
  /** How strongly scores that are right already are made light of, at least 0. Default 2. */
  readonly gamma?: number | undefined;
  /** What a positive label counts for, in [0, 1]; a negative one counts for the rest. Default 0.25; -1 leaves both at 1. */
  readonly alpha?: number | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures logits against yes-or-no labels, each score for itself, by cross-entropy that makes light of what is right already.
 *
 * For a score x with label y in [0, 1] and p = sigmoid(x):
 *
 * loss = (alpha y + (1 - alpha) (1 - y)) ((1 - p) y + p (1 - y))^gamma (y softplus(-x) + (1 - y) softplus(x))
 *
 * Scores are [N] or [N, K, ...], labels are floats of the same shape. One sample is one row: its term is the sum over the row, its
 * weight the number of the row's elements; alpha does not enter the denominator. So sum of terms / sum of weights is the mean over
 * all elements, as torchvision's is. (`none` gives the rows' sums, torchvision's each element.)
 *
 * The same as torchvision's `sigmoid_focal_loss`. From "Focal Loss for Dense Object Detection" (Lin et al., 2017).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { binaryFocal } from "onward/criteria";
 * const criterion = binaryFocal({ gamma: 1, alpha: -1 });
 * criterion.denominator; // "the number of scores"
 * ```
 */
export function binaryFocal(options: BinaryFocalOptions = {}): Criterion {
  const where = "binaryFocal";
  checkOptionNames(where, options, ["gamma", "alpha", "reduction"]);
  const { gamma = 2, alpha = 0.25 } = options;
  checkNumber(where, "gamma", gamma, { least: 0 });
  if (alpha !== -1) checkNumber(where, "alpha", alpha, { least: 0, most: 1 });
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: "the number of scores",
    scores: "logits",
    activation: "sigmoid",
    decision: "sign",
    ignoreIndex: undefined,
    options: { gamma, alpha, reduction },
    labels: (scores) => ({ type: "float32", shape: scores }),
    emit(g, { scores, labels }) {
      sameShape(g, scores, labels, where);
      const shape = g.shapeOf(scores);
      const perScore = shaped(g, shape);
      const negative = perScore(g.sub(1, labels));
      const mixed = (a: string, b: string) => perScore(g.add(perScore(g.mul(labels, a)), perScore(g.mul(negative, b))));
      // -log p and -log(1 - p): exact in both tails, where a sigmoid is not.
      const missed = perScore(g.op("Softplus", [perScore(g.neg(scores))]));
      const raised = perScore(g.op("Softplus", [scores]));
      const probability = (log: string) => perScore(g.exp(perScore(g.neg(log))));
      const lost = gamma === 0 ? "" : mixed(probability(raised), probability(missed));
      let loss = focused(g, mixed(missed, raised), lost, gamma);
      if (alpha !== -1) {
        const share = perScore(g.add(perScore(g.mul(labels, 2 * alpha - 1)), 1 - alpha));
        loss = perScore(g.mul(loss, share));
      }
      const terms = sumRows(g, loss, shape);
      return { terms, weights: rowWeights(g, scores, terms) };
    },
  };
}
