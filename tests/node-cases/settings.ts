import { qualifiedName, type Graph } from "../../src/graph/index.ts";

/** Float inputs that say how to compute, not what with: no gradient is asked for them, and they keep their type. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  Dropout: [1],
};

/** The values of a graph that are settings of its nodes. */
export function settingsOf(graph: Graph): Set<string> {
  const names = graph.nodes.flatMap((node) => settings[qualifiedName(node)]?.map((i) => node.inputs[i] ?? "") ?? []);
  return new Set(names.filter((name) => name !== ""));
}
