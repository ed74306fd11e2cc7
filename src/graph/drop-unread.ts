import { capturedValues } from "./captured.ts";
import type { Graph } from "./model.ts";

/** Leaves out the nodes and initializers that no output is computed from: the runtime would compute them all the same. */
export function dropUnread(graph: Graph): Graph {
  const read = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((name) => name !== "" && read.has(name))) return false;
      for (const name of [...node.inputs, ...capturedValues(node)]) read.add(name);
      return true;
    })
    .toReversed();
  const initializers = new Map([...graph.initializers].filter(([name]) => read.has(name)));
  return { ...graph, nodes, initializers };
}
