import { checkOptionNames } from "../core/index.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { rowWeights, sumRows } from "./rows.ts";
import { sameShape } from "./same-shape.ts";
import { shaped } from "./shaped.ts";

/** Options of `meanSquaredError`. */
export interface MeanSquaredErrorOptions {
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures values against targets by the squared difference: loss = (x - y)^2.
 *
 * Scores are [N] or [N, K, ...], labels are floats of the same shape, in the same unit. One sample is one row: its term is the
 * sum over the row, its weight the number of the row's elements. So sum of terms / sum of weights is the mean over all elements,
 * as PyTorch's is. (`none` gives the rows' sums, PyTorch's each element.)
 *
 * The same as PyTorch's `MSELoss`.
 *
 * @throws OnwardError `usage` when an option is unknown
 *
 * @example
 * ```ts
 * import { meanSquaredError } from "onward/criteria";
 * const criterion = meanSquaredError();
 * criterion.denominator; // "the number of values"
 * ```
 */
export function meanSquaredError(options: MeanSquaredErrorOptions = {}): Criterion {
  const where = "meanSquaredError";
  checkOptionNames(where, options, ["reduction"]);
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: "the number of values",
    scores: "values",
    activation: undefined,
    decision: undefined,
    ignoreIndex: undefined,
    options: { reduction },
    labels: (scores) => ({ type: "float32", shape: scores }),
    emit(g, { scores, labels }) {
      sameShape(g, scores, labels, where);
      const shape = g.shapeOf(scores);
      const perScore = shaped(g, shape);
      const terms = sumRows(g, perScore(g.square(perScore(g.sub(scores, labels)))), shape);
      return { terms, weights: rowWeights(g, scores, terms) };
    },
  };
}
