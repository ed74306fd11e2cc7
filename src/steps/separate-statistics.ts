import { qualifiedName, type Graph, type Model, type Node, type TensorData } from "../graph/index.ts";

/**
 * Gives each batch normalisation running statistics of its own where an export has merged equal ones: those of a network that
 * was never trained are all zeros and ones.
 *
 * Nodes whose four tensors are the same are one module that is called several times, and go on sharing.
 */
export function separateStatistics(model: Model): Model {
  const { graph } = model;
  const norms = graph.nodes.filter((node) => qualifiedName(node) === "BatchNormalization");
  if (norms.length < 2) return model;
  const initializers = new Map(graph.initializers);
  const taken = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const source = throughIdentities(graph);
  const owners = new Map<string, string>();
  const names = new Map<string, string>();
  const nodes = graph.nodes.map((node) =>
    norms.includes(node) ? { ...node, inputs: node.inputs.map((name, i) => own(node, name, i)) } : node,
  );
  return initializers.size === graph.initializers.size ? model : { ...model, graph: { ...graph, nodes, initializers } };

  function own(node: Node, name: string, i: number): string {
    const tensor = source(name);
    const data = initializers.get(tensor);
    if (i < 3 || data === undefined) return name;
    const module = node.inputs.slice(1, 5).join("\0");
    const owner = owners.get(tensor) ?? module;
    owners.set(tensor, owner);
    if (owner === module) return name;
    const key = `${tensor}\0${module}`;
    const copy = names.get(key) ?? copied(tensor, data);
    names.set(key, copy);
    return copy;
  }

  function copied(tensor: string, data: TensorData): string {
    let [name, count] = [tensor, 2];
    while (initializers.has(name) || taken.has(name)) name = `${tensor}.${count++}`;
    initializers.set(name, data);
    return name;
  }
}

/** Which tensor a value is, where it only passes through Identity. */
function throughIdentities({ nodes }: Graph): (name: string) => string {
  const sources = new Map<string, string>();
  for (const node of nodes)
    if (qualifiedName(node) === "Identity") sources.set(node.outputs[0] ?? "", node.inputs[0] ?? "");
  const source = (name: string): string => {
    const from = sources.get(name);
    return from === undefined ? name : source(from);
  };
  return source;
}
