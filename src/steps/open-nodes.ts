import { elementCount } from "../core/index.ts";
import { registry } from "../gradients/index.ts";
import {
  describeNode,
  intAttribute,
  isStatic,
  numbersOf,
  qualifiedName,
  tensorData,
  type Graph,
  type Node,
} from "../graph/index.ts";
import { picksAll, resultLayout, type BatchLayout, type SizedGraph } from "./batch-layout.ts";

/** A graph that computes for any number of samples what another does for one number, as far as that could be seen. */
export interface OpenedNodes extends Pick<Graph, "nodes" | "initializers"> {
  /** Under which name the original stands of a tensor that had to be copied. */
  readonly originals: ReadonlyMap<string, string>;
  /** The first node of which it could not be told where its result holds the samples. */
  readonly unclear: string | undefined;
}

/**
 * Follows the samples from the inputs through a graph that was exported for `size` of them, and lets what names their number
 * follow it instead: targets of Reshape and Expand, and tensors that stand for each sample, as tokens before those of an image do.
 *
 * @param known - the same graph with what is known of its values for that size; what follows from constants and shapes alone is
 *   an initializer there
 */
export function openNodes(graph: Graph, known: Graph, size: number): OpenedNodes {
  const shape = (name: string) => {
    const found = known.values.get(name)?.shape ?? known.initializers.get(name)?.dims;
    return isStatic(found) ? found : undefined;
  };
  const ints = (name: string) => {
    const data = known.initializers.get(name);
    return data?.type === "int64" ? numbersOf(data) : undefined;
  };
  const sized: SizedGraph = { size, shape, ints };
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const layouts = new Map<string, BatchLayout>();
  for (const { name } of graph.inputs) if (!graph.initializers.has(name)) layouts.set(name, { axis: 0, outer: 1 });
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const originals = new Map<string, string>();
  let unclear: string | undefined;

  for (const node of graph.nodes) {
    const [output = ""] = node.outputs;
    const inputs = node.inputs.map((name) => layouts.get(name));
    const result = resultLayout(node, inputs, sized);
    if (result === "unknown") unclear ??= describeNode(node);
    const layout = result === "unknown" ? undefined : result;
    for (const name of node.outputs) if (layout !== undefined) layouts.set(name, layout);
    nodes.push(layout === undefined ? node : opened(node, layout, shape(output) ?? []));
  }
  return { nodes, initializers, originals, unclear };

  function opened(node: Node, layout: BatchLayout, to: readonly number[]): Node {
    const op = qualifiedName(node);
    const [data = ""] = node.inputs;
    if (picksAll(node, sized)) {
      const inputs = [data, target(node, to.with(layout.axis, -1))];
      return { ...node, op: "Reshape", inputs, attributes: new Map() };
    }
    if (op === "Reshape") return { ...node, inputs: [data, target(node, to.with(layout.axis, -1))] };
    if (op === "Expand") return { ...node, inputs: [data, target(node, to.with(layout.axis, 1))] };
    const along = op === "Concat" ? intAttribute(node, "axis", 0) : undefined;
    const like = node.inputs.find((name) => layouts.has(name)) ?? "";
    const axis = (name: string) => layout.axis + (shape(name)?.length ?? 0) - to.length;
    return {
      ...node,
      inputs: node.inputs.map((name) => {
        if (layouts.has(name) || shape(name)?.[axis(name)] !== size) return name;
        if (along === undefined) return broadcasts(op) ? single(name, axis(name)) : name;
        return (along < 0 ? along + to.length : along) === layout.axis ? name : forEach(name, layout.axis, like);
      }),
    };
  }

  /** A tensor of one sample, for as many as another value has. */
  function forEach(name: string, axis: number, like: string): string {
    const source = producers.get(name);
    const one =
      source !== undefined && qualifiedName(source) === "Expand" ? (source.inputs[0] ?? "") : single(name, axis);
    const to = shape(name) ?? [];
    const result = `${name}.${like}.opened`;
    if (nodes.some(({ outputs }) => outputs[0] === result)) return result;
    const add = (op: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => {
      const given = Object.entries(attributes).map(([key, value]) => [key, { kind: "int", value }] as const);
      nodes.push({ op, domain: "", name: output, inputs, outputs: [output], attributes: new Map(given) });
      return output;
    };
    const list = (part: string, values: readonly number[]) => {
      initializers.set(`${result}.${part}`, tensorData("int64", [values.length], values));
      return `${result}.${part}`;
    };
    const sizes = add("Shape", [like], `${result}.sizes`);
    const count = add("Gather", [sizes, list("axis", [axis])], `${result}.count`, { axis: 0 });
    const parts = [to.slice(0, axis), undefined, to.slice(axis + 1)];
    const wide = parts.map((part, i) => (part === undefined ? count : list(`part${i}`, part)));
    const target = add("Concat", wide, `${result}.target`, { axis: 0 });
    return add("Expand", [one, target], result);
  }

  /** The one sample of a tensor that repeats it `size` times; the tensor itself where it does not. */
  function single(name: string, axis: number): string {
    const data = graph.initializers.get(name);
    if (data === undefined || size === 1 || elementCount(data.dims.slice(0, axis)) !== 1) return name;
    const length = data.bytes.length / size;
    const first = data.bytes.subarray(0, length);
    for (let i = length; i < data.bytes.length; i++) if (data.bytes[i] !== first[i % length]) return name;
    const uses = graph.nodes.filter(({ inputs }) => inputs.includes(name)).length;
    const own = uses === 1 ? name : `${name}.opened`;
    if (own !== name) originals.set(own, name);
    initializers.set(own, { ...data, dims: data.dims.with(axis, 1), bytes: first });
    return own;
  }

  function target(node: Node, values: readonly number[]): string {
    const name = `${node.outputs[0] ?? ""}.opened`;
    initializers.set(name, tensorData("int64", [values.length], values));
    return name;
  }
}

/** Whether an op lets a tensor of one sample stand for all. */
function broadcasts(op: string): boolean {
  const entry = registry.get(op);
  return entry?.status === "rule" && entry.broadcasts;
}
