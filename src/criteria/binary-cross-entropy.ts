import { checkOptionNames } from "../core/index.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { rowWeights, sumRows } from "./rows.ts";
import { sameShape } from "./same-shape.ts";
import { shaped } from "./shaped.ts";
import { alongAxis1, checkWeights } from "./weights.ts";

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions {
  /** What a positive label counts for against a negative one, per column of the scores (axis 1); all 1 by default. */
  readonly positiveWeights?: readonly number[] | undefined;
  /** What each column of the scores (axis 1) counts for; all 1 by default. They do not enter the denominator. */
  readonly weights?: readonly number[] | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures logits against yes-or-no labels, each score for itself, by the cross-entropy of their sigmoid.
 *
 * For a score x with label y in [0, 1], positive weight p and weight w:
 *
 * loss = w (p y softplus(-x) + (1 - y) softplus(x)), softplus(x) = log(1 + exp x)
 *
 * Both softplus are accurate however large or small, so nothing is capped: x = -1000 with label 1 gives 1000. Scores are [N] or
 * [N, K, ...], labels are floats of the same shape. One sample is one row: its term is the sum over the row, its weight the
 * number of the row's elements. So sum of terms / sum of weights is the mean over all elements, as PyTorch's is, with `weights`
 * too. (`none` gives the rows' sums, PyTorch's each element.)
 *
 * The same as PyTorch's `BCEWithLogitsLoss` with `pos_weight` and `weight` along axis 1.
 *
 * @throws OnwardError `usage` when an option is unknown, or a weight is negative or not finite
 *
 * @example
 * ```ts
 * import { binaryCrossEntropy } from "onward/criteria";
 * const criterion = binaryCrossEntropy({ positiveWeights: [3, 1, 1] });
 * criterion.denominator; // "the number of scores"
 * ```
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Criterion {
  const where = "binaryCrossEntropy";
  checkOptionNames(where, options, ["positiveWeights", "weights", "reduction"]);
  const checked = (name: "positiveWeights" | "weights") =>
    options[name] === undefined ? undefined : checkWeights(where, name, options[name]);
  const positiveWeights = checked("positiveWeights");
  const weights = checked("weights");
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: "the number of scores",
    scores: "logits",
    activation: "sigmoid",
    decision: "sign",
    ignoreIndex: undefined,
    options: { positiveWeights, weights, reduction },
    labels: (scores) => ({ type: "float32", shape: scores }),
    emit(g, { scores, labels }) {
      sameShape(g, scores, labels, where);
      const shape = g.shapeOf(scores);
      const perScore = shaped(g, shape);
      const softplus = (x: string) => perScore(g.op("Softplus", [x]));
      let positive = labels;
      if (positiveWeights !== undefined)
        positive = perScore(g.mul(labels, alongAxis1(g, scores, positiveWeights, { where, name: "positiveWeights" })));
      const missed = perScore(g.mul(positive, softplus(perScore(g.neg(scores)))));
      const raised = perScore(g.mul(perScore(g.sub(1, labels)), softplus(scores)));
      let loss = perScore(g.add(missed, raised));
      if (weights !== undefined)
        loss = perScore(g.mul(loss, alongAxis1(g, scores, weights, { where, name: "weights" })));
      const terms = sumRows(g, loss, shape);
      return { terms, weights: rowWeights(g, scores, terms) };
    },
  };
}
