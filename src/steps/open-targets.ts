import { intAttribute, numbersOf, qualifiedName, tensorData, type Graph, type Node } from "../graph/index.ts";

/**
 * Makes targets of Reshape constants where one size alone is computed: that one is -1, as what is left of the elements is the
 * only size that fits.
 */
export function openTargets(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    const [data = "", target = ""] = node.inputs;
    const concat = producers.get(target);
    if (qualifiedName(node) !== "Reshape" || concat === undefined || qualifiedName(concat) !== "Concat") return node;
    const sizes = concat.inputs.flatMap((part) => sizesOf(graph, part));
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
