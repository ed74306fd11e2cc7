import {
  isFloat,
  workingModel,
  writeModel,
  type DataType,
  type Graph,
  type Node,
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
 * @param wrap - makes a model of the graph; one of the working opset if absent
 * @returns the graph with `values` filled in; symbolic dimensions keep their names
 */
export async function inferShapes(graph: Graph, runtime: Runtime, wrap = workingModel): Promise<Graph> {
  const initializers = new Map<string, TensorData>();
  const inputs: Value[] = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  for (const [name, data] of graph.initializers) {
    if (data.bytes.length > smallBytes && isFloat(data.type)) inputs.push({ name, type: data.type, shape: data.dims });
    else initializers.set(name, data);
  }
  const names = [...new Set(graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== "")))];
  const probe: Graph = { ...graph, inputs, initializers, outputs: names.map((name) => ({ name })), values: new Map() };
  const session = await runtime.open(writeModel(wrap(probe)), { optimization: "disabled", threads: 1 });
  const values = new Map<string, Value>();
  for (const info of [...session.inputs, ...session.outputs]) {
    values.set(info.name, { name: info.name, type: info.type as DataType | undefined, shape: info.shape });
  }
  await session.release();
  const open = names.filter((name) => isFloat(values.get(name)?.type) && values.get(name)?.shape?.length === 0);
  for (const [name, rank] of await ranks(probe, open, runtime, wrap)) {
    const shape = rank === undefined ? undefined : Array.from({ length: rank }, () => undefined);
    values.set(name, { name, type: values.get(name)?.type, shape });
  }
  return { ...graph, values };
}

/**
 * The ranks of values that the binding describes by an empty list, as it does scalars and what has no known rank. The
 * inferred length of their shapes tells the two apart.
 */
async function ranks(
  probe: Graph,
  values: readonly string[],
  runtime: Runtime,
  wrap: typeof workingModel,
): Promise<[string, number | undefined][]> {
  if (values.length === 0) return [];
  const lengthOf = (value: string) => `onward/length of ${value}`;
  const nodes = values.map((value): Node => ({
    op: "Shape",
    domain: "",
    name: lengthOf(value),
    inputs: [value],
    outputs: [lengthOf(value)],
    attributes: new Map(),
  }));
  const outputs = values.map((value) => ({ name: lengthOf(value) }));
  const model = writeModel(wrap({ ...probe, nodes: [...probe.nodes, ...nodes], outputs }));
  const session = await runtime.open(model, { optimization: "disabled", threads: 1 });
  const lengths = new Map(session.outputs.map(({ name, shape }) => [name, shape?.[0]]));
  await session.release();
  return values.map((value) => {
    const length = lengths.get(lengthOf(value));
    return [value, typeof length === "number" ? length : undefined];
  });
}
