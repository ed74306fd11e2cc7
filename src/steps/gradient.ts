import type { Criterion } from "../criteria/index.ts";
import { backward } from "../gradients/index.ts";
import { GraphBuilder, tensorData, type Graph } from "../graph/index.ts";
import { declareBatch, declareParameters } from "./declare.ts";
import { emitForward, type ForwardOptions } from "./forward.ts";
import { names } from "./names.ts";
import type { Parameter, PreparedModel } from "./prepared-model.ts";

/**
 * Builds `gradient`: as `evaluate`, and for each of `parameters` the gradient of the sum of terms; in mode "train" also the
 * new running statistics.
 */
export function gradientGraph(
  prepared: PreparedModel,
  criterion: Criterion,
  parameters: readonly Parameter[],
  mode: ForwardOptions["mode"],
): Graph {
  const g = new GraphBuilder();
  declareParameters(g, prepared, parameters);
  const labels = declareBatch(g, prepared, criterion);
  let keys: string | undefined;
  const forward = emitForward(g, prepared, criterion, labels, {
    mode,
    keys: () => (keys ??= g.input(names.keys, "uint32", [prepared.batch])),
  });
  g.output(names.terms, forward.terms);
  if (forward.weights !== undefined) g.output(names.weights, forward.weights);
  g.output(names.scores, forward.scores);
  for (const [name, value] of forward.statistics) g.output(names.after(name), value);
  const one = g.castLike(
    g.op("ConstantOfShape", [g.shape(forward.terms)], { value: tensorData("float32", [1], [1]) }),
    forward.terms,
  );
  const gradients = backward(g, {
    seeds: new Map([[forward.terms, one]]),
    wanted: parameters.map(({ name }) => name),
  });
  for (const [name, gradient] of gradients) g.output(names.gradient(name), gradient);
  return g.build("gradient");
}
