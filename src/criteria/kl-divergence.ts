import { checkChoice, checkOptionNames } from "../core/index.ts";
import { checkReduction, type Criterion, type Reduction } from "./criterion.ts";
import { sameShape } from "./same-shape.ts";
import { shaped } from "./shaped.ts";

/** Options of `klDivergence`. */
export interface KlDivergenceOptions {
  /** What labels are: a probability for each class, the default, or its logarithm. */
  readonly targets?: "probabilities" | "logProbabilities" | undefined;
  /** What a step's gradient is taken of: the mean, the default, or the sum; `none` trains like the sum. */
  readonly reduction?: Reduction | undefined;
}

/**
 * Measures logits against probabilities by the Kullback-Leibler divergence of their softmax from them.
 *
 * With p = softmax of the scores along axis 1 and targets q: term = sum over c of q[c] (log q[c] - log p[c]), weight = 1. What has
 * q[c] = 0 adds 0.
 *
 * Scores are [N, C] or [N, C, d1, ...], where every position is a sample of its own; labels are floats of the scores' shape.
 * Logarithms of probabilities may stand in the place of logits: their softmax is the probabilities. Gradients are those of
 * `crossEntropy` with the same targets, as the two differ by the targets' own entropy.
 *
 * Sum of terms / sum of weights is the mean over samples: for [N, C] PyTorch's `KLDivLoss(reduction="batchmean")` of
 * `log_softmax(scores)`. Its reduction "mean" divides by the number of scores instead, C times as many, and is not to be had.
 *
 * @throws OnwardError `usage` when an option is unknown
 *
 * @example
 * ```ts
 * import { klDivergence } from "onward/criteria";
 * const criterion = klDivergence({ targets: "logProbabilities" });
 * criterion.denominator; // "the number of samples"
 * ```
 */
export function klDivergence(options: KlDivergenceOptions = {}): Criterion {
  const where = "klDivergence";
  checkOptionNames(where, options, ["targets", "reduction"]);
  const { targets = "probabilities" } = options;
  checkChoice(where, "targets", targets, ["probabilities", "logProbabilities"]);
  const reduction = checkReduction(where, options.reduction ?? "mean");
  return {
    name: where,
    reduction,
    denominator: "the number of samples",
    scores: "logits",
    activation: "softmax",
    decision: "argmaxOfBoth",
    ignoreIndex: undefined,
    options: { targets, reduction },
    labels: (scores) => ({ type: "float32", shape: scores }),
    emit(g, { scores, labels }) {
      sameShape(g, scores, labels, where);
      const shape = g.shapeOf(scores);
      const perScore = shaped(g, shape);
      const [wanted, log] =
        targets === "probabilities" ? [labels, perScore(g.op("Log", [labels]))] : [perScore(g.exp(labels)), labels];
      const logs = perScore(g.op("LogSoftmax", [scores], { axis: 1 }));
      const share = perScore(g.mul(wanted, perScore(g.sub(log, logs))));
      // Chosen: 0 times the logarithm of 0 would be NaN.
      const absent = perScore(g.equal(wanted, 0));
      const terms = shaped(g, shape?.toSpliced(1, 1))(g.sum(perScore(g.where(absent, 0, share)), [1]));
      return { terms, weights: undefined };
    },
  };
}
