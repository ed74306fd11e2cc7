import { GraphBuilder } from "../builder.ts";
import { qualifiedName, type Graph } from "../model.ts";
import { rewrites } from "./rewrites.ts";

/**
 * Writes ops that have no gradient, or no kernel in the working opset, in ops that have both. What needs ranks that the graph
 * does not tell is left; it is rewritten when this is called again with shapes.
 *
 * @returns the same graph where nothing was rewritten
 */
export function rewriteOps(graph: Graph): Graph {
  if (!graph.nodes.some((node) => rewrites.has(qualifiedName(node)))) return graph;
  const g = new GraphBuilder();
  for (const { name, type, shape } of [...graph.values.values(), ...graph.inputs]) g.describe(name, type, shape);
  for (const [name, data] of graph.initializers) g.describe(name, data.type, data.dims);
  const names = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ];
  for (const name of new Set(names)) if (name !== "") g.claim(name);
  let changed = false;
  for (const node of graph.nodes) {
    if (rewrites.get(qualifiedName(node))?.emit(g, node) === true) changed = true;
    else g.node(node);
  }
  if (!changed) return graph;
  const { nodes, initializers } = g.build(graph.name);
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...initializers]) };
}
