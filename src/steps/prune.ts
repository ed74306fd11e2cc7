import { capturedValues, type Graph } from "../graph/index.ts";
import { scoresOutput } from "./scores-output.ts";

/** The part of a graph that its scores, which become its only output, are computed from. */
export function prune(graph: Graph): Graph {
  const scores = scoresOutput(graph);
  const outputs = scores === undefined ? [] : [scores];
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
