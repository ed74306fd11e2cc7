import { capturedValues, type Graph } from "../graph/index.ts";

/** The part of a graph that its first output, the scores, is computed from. */
export function prune(graph: Graph): Graph {
  const outputs = graph.outputs.slice(0, 1);
  const live = new Set(outputs.map(({ name }) => name));
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((name) => live.has(name))) return false;
      for (const name of [...node.inputs, ...capturedValues(node)]) live.add(name);
      return true;
    })
    .toReversed();
  const initializers = new Map([...graph.initializers].filter(([name]) => live.has(name)));
  return { ...graph, nodes, outputs, initializers };
}
