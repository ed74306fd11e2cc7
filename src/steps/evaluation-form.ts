import { qualifiedName, type Graph, type Node } from "../graph/index.ts";

/** How an op that was exported in its training form computes in evaluation: without the mode, and without what only training needs. */
const forms: Readonly<Record<string, (node: Node) => Node>> = {
  BatchNormalization: (node) => ({
    ...node,
    outputs: node.outputs.slice(0, 1),
    attributes: new Map([...node.attributes].filter(([name]) => name !== "training_mode")),
  }),
  Dropout: (node) => ({ ...node, inputs: node.inputs.slice(0, 2) }),
};

/** The graph as it predicts. Its training forms are made from this one when a step asks for them. */
export function evaluationForm(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const name = qualifiedName(node);
      return Object.hasOwn(forms, name) ? (forms[name]?.(node) ?? node) : node;
    }),
  };
}
