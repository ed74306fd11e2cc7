import { capturedValues, type Graph, type Node } from "../graph/index.ts";

/** A tensor of the model as a node reads it: directly, or through Identity and Transpose. */
export interface SeenTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** For each axis that the node sees, which one of the tensor it is. */
  readonly axes: readonly number[];
  /** Whether nothing else reads it, so that another can take its place under its name. */
  readonly exclusive: boolean;
  /** Who reads it, and as which input. */
  readonly node: Node;
  readonly input: number;
}

type Source = Pick<SeenTensor, "name" | "dims" | "axes" | "exclusive">;

/** Makes the function that tells which tensor of the graph stands at an input of a node; undefined where it is computed. */
export function seenTensors(
  graph: Graph,
  producers: ReadonlyMap<string, Node>,
): (node: Node, input: number) => SeenTensor | undefined {
  const uses = countUses(graph);
  const source = (name: string): Source | undefined => {
    const exclusive = uses.get(name) === 1;
    const dims = graph.initializers.get(name)?.dims;
    if (dims !== undefined) return { name, dims, axes: dims.map((_, axis) => axis), exclusive };
    const node = producers.get(name);
    if (node?.domain !== "" || (node.op !== "Identity" && node.op !== "Transpose")) return undefined;
    const from = source(node.inputs[0] ?? "");
    if (from === undefined) return undefined;
    const axes = node.op === "Identity" ? from.axes : order(node, from.axes.length).map((i) => from.axes[i] ?? 0);
    return { ...from, axes, exclusive: from.exclusive && exclusive };
  };
  return (node, input) => {
    const found = source(node.inputs[input] ?? "");
    return found && { ...found, node, input };
  };
}

/** The order of axes of a Transpose: reversed where it does not say. */
function order(node: Node, rank: number): readonly number[] {
  const perm = node.attributes.get("perm");
  return perm?.kind === "ints" ? perm.value : Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

/** How often each value is read: by nodes, by bodies inside them, and as an output. */
function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  const count = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of graph.nodes) for (const name of [...node.inputs, ...capturedValues(node)]) count(name);
  for (const { name } of graph.outputs) count(name);
  return uses;
}
