import type { Dim, Value } from "../graph/index.ts";
import type { PreparedModel } from "./prepared-model.ts";

/** The same model with the sample dimension as a number: what follows from it need not be computed in every step. */
export function forBatchSize(prepared: PreparedModel, size: number): PreparedModel {
  const { batch, graph } = prepared;
  if (batch === undefined) return prepared;
  const sized = (dim: Dim) => (dim === batch ? size : dim);
  const withSize = (value: Value): Value => ({ ...value, shape: value.shape?.map(sized) });
  return {
    ...prepared,
    batch: size,
    inputs: prepared.inputs.map(withSize),
    scores: withSize(prepared.scores),
    graph: { ...graph, values: new Map([...graph.values].map(([name, value]) => [name, withSize(value)])) },
  };
}
