import { GraphBuilder } from "./builder.ts";
import type { Graph } from "./model.ts";

/**
 * A builder in which a graph is built anew, node by node, with some of them written otherwise. It knows the types and shapes of
 * the graph's values, and their names are taken; the graph's initializers are told, not added.
 */
export function builderOver(graph: Graph): GraphBuilder {
  const g = new GraphBuilder();
  for (const { name, type, shape } of [...graph.values.values(), ...graph.inputs]) g.describe(name, type, shape);
  for (const [name, data] of graph.initializers) g.describe(name, data.type, data.dims);
  const names = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ];
  for (const name of new Set(names)) if (name !== "") g.claim(name);
  return g;
}

/** The graph with the nodes of a builder that was made over it, the constants that these read, and what is known of new values. */
export function rebuilt(graph: Graph, g: GraphBuilder): Graph {
  const { nodes, initializers } = g.build(graph.name);
  const values = new Map(graph.values);
  for (const name of nodes.flatMap(({ outputs }) => outputs)) {
    if (name !== "" && !values.has(name)) values.set(name, { name, type: g.typeOf(name), shape: g.shapeOf(name) });
  }
  return { ...graph, nodes, values, initializers: new Map([...graph.initializers, ...initializers]) };
}
