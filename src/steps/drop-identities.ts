import { capturedValues, qualifiedName, type Graph } from "../graph/index.ts";

/** Reads what an Identity passes on from where it comes: exporters share equal initializers through them. */
export function dropIdentities(graph: Graph): Graph {
  const kept = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) for (const name of capturedValues(node)) kept.add(name);
  const sources = new Map<string, string>();
  const source = (name: string) => sources.get(name) ?? name;
  const nodes = graph.nodes.flatMap((node) => {
    const [output = ""] = node.outputs;
    const inputs = node.inputs.map(source);
    if (qualifiedName(node) !== "Identity" || kept.has(output)) return [{ ...node, inputs }];
    sources.set(output, inputs[0] ?? "");
    return [];
  });
  return { ...graph, nodes };
}
