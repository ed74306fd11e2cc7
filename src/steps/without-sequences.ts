import { intAttribute, numbersOf, qualifiedName, tensorData, type Graph, type Node } from "../graph/index.ts";

/** Reads elements of sequences from where they come: an element of a split tensor is a slice of it, one of a list that value. */
export function withoutSequences(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    const from = producers.get(node.inputs[0] ?? "");
    if (from === undefined) return node;
    if (qualifiedName(node) === "SequenceAt") return element(node, from) ?? node;
    const list = qualifiedName(node) === "ConcatFromSequence" && qualifiedName(from) === "SequenceConstruct";
    // A new axis would need an Unsqueeze of each.
    if (list && intAttribute(node, "new_axis", 0) === 0) return { ...node, op: "Concat", inputs: from.inputs };
    return node;
  });
  return { ...graph, nodes, initializers };

  function element(node: Node, from: Node): Node | undefined {
    const at = constant(node.inputs[1])?.[0];
    if (at === undefined) return undefined;
    if (qualifiedName(from) === "SequenceConstruct") {
      const value = from.inputs.at(at);
      return value === undefined ? undefined : { ...node, op: "Identity", inputs: [value] };
    }
    if (qualifiedName(from) !== "SplitToSequence" || at < 0) return undefined;
    const [x = "", split = ""] = from.inputs;
    const bounds = place(split, at);
    if (bounds === undefined || (split === "" && intAttribute(from, "keepdims", 1) === 0)) return undefined;
    const values = [bounds[0], bounds[1], intAttribute(from, "axis", 0)].map((value, i) => {
      const name = `${node.outputs[0] ?? ""}/bound${i}`;
      initializers.set(name, tensorData("int64", [1], [value]));
      return name;
    });
    return { ...node, op: "Slice", inputs: [x, ...values], attributes: new Map() };
  }

  /** Where part `at` begins and ends: parts of one size, or of a size each. */
  function place(split: string, at: number): [number, number] | undefined {
    if (split === "") return [at, at + 1];
    const sizes = constant(split);
    if (sizes === undefined) return undefined;
    if (initializers.get(split)?.dims.length === 0) {
      const size = sizes[0] ?? 1;
      return [at * size, (at + 1) * size];
    }
    const start = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
    return [start, start + (sizes[at] ?? 0)];
  }

  function constant(name: string | undefined): readonly number[] | undefined {
    const data = name === undefined ? undefined : initializers.get(name);
    return data === undefined ? undefined : numbersOf(data);
  }
}
