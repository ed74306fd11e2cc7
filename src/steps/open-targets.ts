import { intAttribute, numbersOf, qualifiedName, tensorData, type Dim, type Graph, type Node } from "../graph/index.ts";

/**
 * Makes targets of Reshape constants where one size alone is computed: that one is -1, as what is left of the elements is the
 * only size that fits. Where the first size is computed and is the named one that the data has, it is 0, which copies it, and
 * keeps its name.
 */
export function openTargets(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    const [data = "", target = ""] = node.inputs;
    const concat = producers.get(target);
    if (qualifiedName(node) !== "Reshape" || concat === undefined || qualifiedName(concat) !== "Concat") return node;
    const parts = concat.inputs.flatMap((part) => sizesOf(graph, part));
    const first = graph.values.get(data)?.shape?.[0];
    const allowed = intAttribute(node, "allowzero", 0) === 0 && parts[0] === undefined;
    const copied =
      allowed && typeof first === "string" && firstSize(graph, producers, concat.inputs[0] ?? "") === first;
    const sizes = copied ? parts.with(0, 0) : parts;
    // A constant 0 means "copy", which a constant target does by place too; with `allowzero` it is a size.
    const zero = intAttribute(node, "allowzero", 0) === 1 && sizes.includes(0);
    const open = sizes.filter((size) => size === undefined || size === -1).length;
    if (open > 1 || zero) return node;
    const name = `${node.outputs[0] ?? ""}/target`;
    const constant = sizes.map((size) => size ?? -1);
    initializers.set(name, tensorData("int64", [constant.length], constant));
    return { ...node, inputs: [data, name], attributes: withoutAllowZero(node) };
  });
  return { ...graph, nodes, initializers };
}

/** The size that a value of one element is read from, where that is the first of a shape. */
function firstSize(graph: Graph, producers: ReadonlyMap<string, Node>, name: string): Dim {
  const node = producers.get(name);
  const [x = "", second = ""] = node?.inputs ?? [];
  switch (node && qualifiedName(node)) {
    case "Unsqueeze":
    case "Cast":
      return firstSize(graph, producers, x);
    case "Gather": {
      const shape = producers.get(x);
      const index = graph.initializers.get(second);
      const whole = shape !== undefined && qualifiedName(shape) === "Shape" && !shape.attributes.has("start");
      const zero = index !== undefined && numbersOf(index).every((value) => value === 0);
      return whole && zero ? graph.values.get(shape.inputs[0] ?? "")?.shape?.[0] : undefined;
    }
    default:
      return undefined;
  }
}

/** The numbers of a part of a target; undefined for each that is computed. Two of them where not even their count is known. */
function sizesOf(graph: Graph, part: string): readonly (number | undefined)[] {
  const data = graph.initializers.get(part);
  if (data !== undefined) return numbersOf(data);
  const count = graph.values.get(part)?.shape?.[0];
  return Array.from({ length: typeof count === "number" ? count : 2 }, () => undefined);
}

/** -1 and `allowzero` do not go together. */
function withoutAllowZero(node: Node): Node["attributes"] {
  return new Map([...node.attributes].filter(([name]) => name !== "allowzero"));
}
