import { isStatic, type Dim, type Graph, type Value } from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { channelMajor } from "./channel-major/channel-major.ts";
import { finalActivation } from "./final-activation.ts";
import { inferShapes } from "./infer-shapes.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { simplify } from "./simplify.ts";

/**
 * The same model with the sample dimension as a number: what follows from it need not be computed in every step. Where a
 * model computes shapes from it, those become constants, and what was unknown for any size is known for this one.
 */
export async function forBatchSize(prepared: PreparedModel, size: number, runtime: Runtime): Promise<PreparedModel> {
  const { batch, graph, parameters, statistics } = prepared;
  if (batch === undefined) return prepared;
  const sized = (dim: Dim) => (dim === batch ? size : dim);
  const withSize = (value: Value): Value => ({ ...value, shape: value.shape?.map(sized) });
  const substituted: Graph = {
    ...graph,
    inputs: graph.inputs.map(withSize),
    values: new Map([...graph.values].map(([name, value]) => [name, withSize(value)])),
  };
  const known = [...substituted.values.values()].every(({ shape }) => isStatic(shape));
  const varying = new Set([...parameters.map(({ name }) => name), ...statistics]);
  const simplified = known ? substituted : await simplify(await inferShapes(substituted, runtime), varying, runtime);
  const result = channelMajor(simplified);
  return {
    ...prepared,
    batch: size,
    inputs: prepared.inputs.map(withSize),
    scores: result.values.get(prepared.scores.name) ?? withSize(prepared.scores),
    // Where only a known size tells what the scores are, they stay what they are in evaluation, which knows none.
    activation: prepared.activation && finalActivation(result),
    graph: result,
  };
}
