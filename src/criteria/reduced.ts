import type { GraphBuilder } from "../graph/index.ts";
import type { Criterion, CriterionInputs } from "./criterion.ts";

/**
 * Emits a criterion's loss as its reduction says.
 *
 * - `mean`: sum of terms / sum of weights, a scalar; 0/0 is NaN, as in PyTorch
 * - `sum`: sum of terms, a scalar
 * - `none`: the terms
 *
 * For a loss in a graph of one's own. Training keeps terms and weights apart, and divides when all of them are in.
 *
 * @returns the name of the value
 *
 * @example
 * ```ts
 * import { crossEntropy, reduced } from "onward/criteria";
 * import { GraphBuilder } from "onward/graph";
 * const g = new GraphBuilder();
 * const scores = g.input("scores", "float32", ["N", 10]);
 * const labels = g.input("labels", "int64", ["N"]);
 * g.output("loss", reduced(crossEntropy(), g, { scores, labels }));
 * ```
 */
export function reduced(criterion: Criterion, g: GraphBuilder, inputs: CriterionInputs): string {
  const { terms, weights } = criterion.emit(g, inputs);
  if (criterion.reduction === "none") return terms;
  const total = (value: string) => g.op("ReduceSum", [value], { keepdims: 0 });
  if (criterion.reduction === "sum") return total(terms);
  return g.div(total(terms), weights === undefined ? g.castLike(g.op("Size", [terms]), terms) : total(weights));
}
