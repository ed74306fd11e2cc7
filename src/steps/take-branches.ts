import { mapBodies, numbersOf, qualifiedName, type Graph, type Node, type TensorData } from "../graph/index.ts";

/**
 * Puts the branch of an If in its place where the condition is a constant, as it is once shapes are known: exporters write
 * such an If for a squeeze or a test of sizes. The values inside take names of their own, after the node's.
 *
 * @returns the same graph where there is none
 */
export function takeBranches(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => {
    const branch = branchOf(node, initializers);
    return branch === undefined ? [node] : inPlace(node, branch, initializers);
  });
  return nodes.length === graph.nodes.length && nodes.every((node, i) => node === graph.nodes[i])
    ? graph
    : { ...graph, nodes, initializers };
}

function branchOf(node: Node, constants: ReadonlyMap<string, TensorData>): Graph | undefined {
  const condition = constants.get(node.inputs[0] ?? "");
  if (qualifiedName(node) !== "If" || condition === undefined) return undefined;
  const branch = node.attributes.get(numbersOf(condition)[0] === 0 ? "else_branch" : "then_branch");
  return branch?.kind === "graph" ? branch.value : undefined;
}

function inPlace(node: Node, branch: Graph, initializers: Map<string, TensorData>): Node[] {
  const prefix = node.outputs.find((name) => name !== "") ?? "";
  const inner = [...branch.initializers.keys(), ...branch.nodes.flatMap(({ outputs }) => outputs)];
  const names = new Map(inner.filter((name) => name !== "").map((name) => [name, `${prefix}/${name}`]));
  for (const [name, data] of branch.initializers) initializers.set(names.get(name) ?? name, data);
  const results = branch.outputs.map(({ name }, i): Node => {
    const output = node.outputs[i] ?? "";
    const inputs = [names.get(name) ?? name];
    return { op: "Identity", domain: "", name: output, inputs, outputs: [output], attributes: new Map() };
  });
  return [...renamed(branch, names).nodes, ...results.filter(({ name }) => name !== "")];
}

/** Names are not defined twice, within bodies neither. */
function renamed(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const rename = (name: string) => names.get(name) ?? name;
  return {
    ...graph,
    outputs: graph.outputs.map((value) => ({ ...value, name: rename(value.name) })),
    nodes: graph.nodes.map((node) => ({
      ...mapBodies(node, (body) => renamed(body, names)),
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
}
