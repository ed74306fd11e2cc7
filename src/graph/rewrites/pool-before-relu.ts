import { qualifiedName, type Graph, type Node } from "../model.ts";

/**
 * Takes the largest of a window before Relu instead of after it: Relu then goes over the pooled map, and the pooling finds fewer
 * equal values. Results and gradients are the same bits: where the largest is above 0 it is the same one, and where it is not,
 * nothing flows in either order.
 */
export function poolBeforeRelu(graph: Graph): Graph {
  const producers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? "", node] as const));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const readers = (name: string) => graph.nodes.filter(({ inputs }) => inputs.includes(name)).length;
  const replaced = new Map<Node, Node>();
  const values = new Map(graph.values);
  for (const pool of graph.nodes) {
    const [largest = "", ...indices] = pool.outputs;
    const active = pool.inputs[0] ?? "";
    const relu = producers.get(active);
    if (qualifiedName(pool) !== "MaxPool" || indices.some((name) => name !== "")) continue;
    if (relu === undefined || qualifiedName(relu) !== "Relu") continue;
    if (outputs.has(active) || readers(active) !== 1) continue;
    replaced.set(relu, { ...pool, inputs: relu.inputs, outputs: [active] });
    replaced.set(pool, { ...relu, inputs: [active], outputs: [largest] });
    const pooled = values.get(largest);
    if (pooled === undefined) values.delete(active);
    else values.set(active, { ...pooled, name: active });
  }
  if (replaced.size === 0) return graph;
  return { ...graph, nodes: graph.nodes.map((node) => replaced.get(node) ?? node), values };
}
