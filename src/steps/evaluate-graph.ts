import type { Criterion } from "../criteria/index.ts";
import { fromTensor, type Graph } from "../graph/index.ts";
import { typeOf } from "./declare.ts";
import { emitForward } from "./forward.ts";
import type { ModelValues } from "./model-values.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { StepLoop } from "./step-loop.ts";

/**
 * Builds `evaluate`, several times over: forward and criterion in the body of a Loop that carries nothing.
 *
 * Inputs: the number of batches, parameters and statistics, and the batches as in `trainGraph`. Outputs: the stacked terms, weights (where
 * they are not all 1) and scores.
 *
 * @param values - parameters and statistics as constants; inputs if absent
 */
export function evaluateGraph(prepared: PreparedModel, criterion: Criterion, values?: ModelValues): Graph {
  const loop = new StepLoop();
  const { body } = loop;
  for (const [name, data] of initial(prepared)) {
    // In the body, where the runtime sees that they are constants.
    if (values !== undefined) body.initializer(name, fromTensor(values.get(name)));
    else loop.constant({ name, type: data.type, shape: data.dims });
  }
  for (const { name, type, shape } of prepared.inputs) loop.picked(name, typeOf(name, type), shape);
  const labels = criterion.labels(prepared.scores.shape);
  loop.stacked(names.labels, labels.type, labels.shape);
  const keys = () => {
    throw new Error("nothing is random in evaluation");
  };
  const { terms, weights, scores } = emitForward(body, prepared, criterion, names.labels, { mode: "eval", keys });
  const scanned = new Map([
    [names.terms, terms],
    ...(weights === undefined ? [] : ([[names.weights, weights]] as const)),
    [names.scores, scores],
  ]);
  return loop.build("evaluate", [], scanned);
}

function initial({ parameters, statistics, graph }: PreparedModel) {
  return [...parameters.map(({ name }) => name), ...statistics].flatMap((name) => {
    const data = graph.initializers.get(name);
    return data === undefined ? [] : [[name, data] as const];
  });
}
