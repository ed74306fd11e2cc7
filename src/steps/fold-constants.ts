import type { Tensor } from "../core/index.ts";
import {
  capturedValues,
  fromTensor,
  isHostType,
  isStatic,
  workingModel,
  writeModel,
  type Graph,
  type Node,
  type TensorData,
} from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { knownValues } from "./known-value.ts";

/** Ops whose result is not a function of their inputs. */
const random = new Set([
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
  "Bernoulli",
  "Multinomial",
  "Dropout",
]);

/** What grows past this many bytes from less is left to be computed where it is used. */
const largeBytes = 2 ** 20;

/**
 * Computes once, by the runtime, what depends on constants alone, shapes that are known included.
 *
 * @param varying - initializers that are no constants: parameters and running statistics
 */
export async function foldConstants(graph: Graph, varying: ReadonlySet<string>, runtime: Runtime): Promise<Graph> {
  const constants = new Map([...graph.initializers].filter(([name]) => !varying.has(name)));
  const known = new Set(constants.keys());
  const valueOf = knownValues(graph, constants);
  const folded: Node[] = [];
  const rest: Node[] = [];
  for (const node of graph.nodes) {
    const value = valueOf(node);
    const [output = ""] = node.outputs;
    if (value !== undefined) constants.set(output, value);
    else if (foldable(node)) folded.push(node);
    else {
      rest.push(node);
      continue;
    }
    for (const name of node.outputs) known.add(name);
  }
  const needed = new Set(rest.flatMap((node) => [...node.inputs, ...capturedValues(node)]));
  for (const { name } of graph.outputs) needed.add(name);
  const wanted = folded.flatMap((node) => node.outputs.filter((name) => needed.has(name)));
  for (const [name, tensor] of await compute(folded, constants, wanted, runtime))
    constants.set(name, fromTensor(tensor));
  const initializers = new Map([...graph.initializers].filter(([name]) => varying.has(name)));
  for (const [name, data] of constants) if (needed.has(name)) initializers.set(name, data);
  return { ...graph, nodes: rest, initializers };

  function foldable(node: Node): boolean {
    if (random.has(node.op) || capturedValues(node).size > 0) return false;
    if (node.inputs.some((name) => name !== "" && !known.has(name))) return false;
    return node.outputs.every((name) => name === "" || (hasHostType(name) && !grows(node, name)));
  }
  function hasHostType(name: string): boolean {
    const type = graph.values.get(name)?.type;
    return type !== undefined && type !== "string" && isHostType(type);
  }
  function grows(node: Node, name: string): boolean {
    const bytes = (value: string) => {
      const shape = graph.values.get(value)?.shape ?? constants.get(value)?.dims;
      return isStatic(shape) ? 8 * shape.reduce((product, dim) => product * dim, 1) : 0;
    };
    return bytes(name) > Math.max(largeBytes, ...node.inputs.map(bytes));
  }
}

async function compute(
  nodes: readonly Node[],
  constants: ReadonlyMap<string, TensorData>,
  wanted: readonly string[],
  runtime: Runtime,
): Promise<[string, Tensor][]> {
  if (wanted.length === 0) return [];
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const graph: Graph = {
    name: "constants",
    nodes,
    inputs: [],
    outputs: wanted.map((name) => ({ name })),
    initializers: new Map([...constants].filter(([name]) => read.has(name))),
    values: new Map(),
  };
  const session = await runtime.open(writeModel(workingModel(graph)), { optimization: "disabled", threads: 1 });
  const results = await session.run({});
  await session.release();
  return wanted.map((name) => [name, results[name] as Tensor]);
}
