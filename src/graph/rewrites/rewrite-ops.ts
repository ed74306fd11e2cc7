import { builderOver, rebuilt } from "../builder-over.ts";
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
  const g = builderOver(graph);
  let changed = false;
  for (const node of graph.nodes) {
    if (rewrites.get(qualifiedName(node))?.emit(g, node) === true) changed = true;
    else g.node(node);
  }
  return changed ? rebuilt(graph, g) : graph;
}
