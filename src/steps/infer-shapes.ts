import {
  isFloat,
  workingModel,
  writeModel,
  type DataType,
  type Graph,
  type TensorData,
  type Value,
} from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";

/** Constants up to this size stay constants: shapes depend on their values. Larger ones become inputs, so that nothing is copied. */
const smallBytes = 4096;

/**
 * Asks the runtime for the element types and shapes of every value of a graph: a session whose outputs are the
 * intermediate values answers with what it inferred.
 *
 * @returns the graph with `values` filled in; symbolic dimensions keep their names
 */
export async function inferShapes(graph: Graph, runtime: Runtime): Promise<Graph> {
  const initializers = new Map<string, TensorData>();
  const inputs: Value[] = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  for (const [name, data] of graph.initializers) {
    if (data.bytes.length > smallBytes && isFloat(data.type)) inputs.push({ name, type: data.type, shape: data.dims });
    else initializers.set(name, data);
  }
  const names = [...new Set(graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== "")))];
  const probe: Graph = { ...graph, inputs, initializers, outputs: names.map((name) => ({ name })), values: new Map() };
  const session = await runtime.open(writeModel(workingModel(probe)), { optimization: "disabled", threads: 1 });
  const values = new Map<string, Value>();
  for (const info of [...session.inputs, ...session.outputs]) {
    values.set(info.name, { name: info.name, type: info.type as DataType | undefined, shape: info.shape });
  }
  await session.release();
  return { ...graph, values };
}
