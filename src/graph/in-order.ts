import { capturedValues } from "./captured.ts";
import type { Node } from "./model.ts";

/**
 * Brings nodes into an order in which each comes after those that it reads, as ONNX demands and some converters do not keep: the
 * given order where that is one. Nodes of a circle stay as they are.
 */
export function inOrder(nodes: readonly Node[]): readonly Node[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const met = new Set<Node>();
  const placed = new Set<Node>();
  for (const start of nodes) {
    const path = [start];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      met.add(node);
      const before = placed.has(node) ? undefined : unmet(node);
      if (before !== undefined) path.push(before);
      else placed.add(path.pop() ?? node);
    }
  }
  return [...placed];

  function unmet(node: Node): Node | undefined {
    for (const name of [...node.inputs, ...capturedValues(node)]) {
      const producer = producers.get(name);
      if (name !== "" && producer !== undefined && !met.has(producer)) return producer;
    }
    return undefined;
  }
}
