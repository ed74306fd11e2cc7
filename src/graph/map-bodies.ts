import type { Attribute, Graph, Node } from "./model.ts";

/** The node with each body of it (of a Loop, If or Scan) replaced by what `change` makes of it. */
export function mapBodies(node: Node, change: (body: Graph) => Graph): Node {
  const has = [...node.attributes.values()].some(({ kind }) => kind === "graph" || kind === "graphs");
  if (!has) return node;
  const attributes = [...node.attributes].map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === "graph") return [name, { kind: "graph", value: change(attribute.value) }];
    if (attribute.kind === "graphs") return [name, { kind: "graphs", value: attribute.value.map(change) }];
    return [name, attribute];
  });
  return { ...node, attributes: new Map(attributes) };
}
