import type { Graph, Node } from "./model.ts";

/** The outer values that the bodies of a Loop, If or Scan read. */
export function capturedValues(node: Node): ReadonlySet<string> {
  const captured = new Set<string>();
  for (const attribute of node.attributes.values()) {
    const bodies = attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [];
    for (const body of bodies) for (const name of freeValues(body)) captured.add(name);
  }
  return captured;
}

function freeValues(graph: Graph): Set<string> {
  const own = new Set<string>([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  const free = new Set<string>();
  for (const node of graph.nodes) {
    for (const name of [...node.inputs, ...capturedValues(node)]) if (name !== "" && !own.has(name)) free.add(name);
    for (const name of node.outputs) own.add(name);
  }
  for (const { name } of graph.outputs) if (!own.has(name)) free.add(name);
  return free;
}
