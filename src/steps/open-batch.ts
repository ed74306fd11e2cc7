import { OnwardError } from "../core/index.ts";
import {
  intAttribute,
  numbersOf,
  tensorAttribute,
  tensorData,
  type Graph,
  type Model,
  type Node,
  type TensorData,
} from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { computesAlike } from "./computes-alike.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { inferShapes } from "./infer-shapes.ts";

/**
 * Opens the first dimension of a model that was exported for batches of one size, so that it takes any number of samples.
 *
 * Inputs and outputs get a symbolic first dimension, and constant targets of Reshape give way to it. Whether the model then
 * computes for two batches in one what it computes for each is tried: where it does not, or where the inputs do not share a
 * fixed first dimension, the model comes back as it is.
 */
export async function openBatch(given: Model, runtime: Runtime): Promise<Model> {
  const model = evaluationModel(given);
  const fed = model.graph.inputs.filter(({ name }) => !model.graph.initializers.has(name));
  const size = fed[0]?.shape?.[0];
  if (typeof size !== "number" || fed.some(({ shape }) => shape?.[0] !== size)) return given;
  const taken = new Set(fed.flatMap(({ shape }) => shape ?? []));
  const name = taken.has("N") ? "batch" : "N";
  const open = <V extends Graph["inputs"][number]>(value: V): V =>
    value.shape?.[0] === size ? { ...value, shape: value.shape.with(0, name) } : value;
  try {
    const known = await inferShapes(model.graph, runtime, (graph) => ({ ...model, graph }));
    const { nodes, initializers } = openReshapes(known);
    const graph: Graph = {
      ...model.graph,
      nodes,
      initializers,
      inputs: model.graph.inputs.map((input) => (initializers.has(input.name) ? input : open(input))),
      outputs: model.graph.outputs.map(open),
      // Of other values the shapes no longer hold; these tell what the exporter noted of weights.
      values: new Map([...model.graph.values].filter(([value]) => initializers.has(value))),
    };
    const opened = { ...model, graph };
    return (await computesAlike(model, opened, size, runtime)) ? opened : given;
  } catch (error) {
    // A runtime that refuses the opened graph says that it cannot be opened.
    if (error instanceof OnwardError && error.code === "runtime") return given;
    throw error;
  }
}

/**
 * Lets constant targets of Reshape follow their input's first dimension: 0 where it is kept, and otherwise -1, for which
 * another -1 is filled in. Both mean what stood there for the size that the model was exported with.
 */
function openReshapes(graph: Graph): Pick<Graph, "nodes" | "initializers"> {
  const producers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? "", node]));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    if (node.op !== "Reshape" || node.domain !== "" || intAttribute(node, "allowzero", 0) !== 0) return node;
    const [data = "", target = ""] = node.inputs;
    const sizes = constantSizes(graph.initializers.get(target) ?? producers.get(target));
    const from = graph.values.get(data)?.shape ?? graph.initializers.get(data)?.dims;
    const to = graph.values.get(node.outputs[0] ?? "")?.shape;
    if (sizes?.[0] === undefined || sizes[0] < 1 || from === undefined || to === undefined) return node;
    const filled = sizes.map((wanted, i) => (wanted === -1 ? to[i] : wanted));
    if (!filled.every((size) => typeof size === "number")) return node;
    const opened = from[0] === sizes[0] ? sizes.with(0, 0) : filled.with(0, -1);
    const name = `${node.outputs[0] ?? ""}.opened`;
    initializers.set(name, tensorData("int64", [opened.length], opened));
    return { ...node, inputs: [data, name] };
  });
  return { nodes, initializers };
}

function constantSizes(source: TensorData | Node | undefined): number[] | undefined {
  if (source === undefined) return undefined;
  if ("bytes" in source) return source.type === "int64" ? numbersOf(source) : undefined;
  if (source.op !== "Constant") return undefined;
  const listed = source.attributes.get("value_ints");
  if (listed?.kind === "ints") return [...listed.value];
  const value = tensorAttribute(source, "value");
  return value?.type === "int64" ? numbersOf(value) : undefined;
}
