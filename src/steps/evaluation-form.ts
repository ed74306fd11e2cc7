import { qualifiedName, workingOpset, type Graph, type Model, type Node } from "../graph/index.ts";
import { randomMasks } from "./random-masks.ts";

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
export function evaluationForm(graph: Graph, opset = workingOpset): Graph {
  const masked = randomMasks(graph, opset);
  return { ...masked, nodes: masked.nodes.map(evaluationNode) };
}

/** The same for a whole model, with the functions that it defines. */
export function evaluationModel(model: Model): Model {
  const functions = model.functions.map((defined) => ({ ...defined, nodes: defined.nodes.map(evaluationNode) }));
  return { ...model, graph: evaluationForm(model.graph, model.opsets.get("")), functions };
}

function evaluationNode(node: Node): Node {
  const name = qualifiedName(node);
  return Object.hasOwn(forms, name) ? (forms[name]?.(node) ?? node) : node;
}
