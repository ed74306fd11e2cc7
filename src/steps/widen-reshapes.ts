import { OnwardError } from "../core/index.ts";
import {
  describeNode,
  numbersOf,
  tensorAttribute,
  tensorData,
  type Graph,
  type Node,
  type TensorData,
} from "../graph/index.ts";
import type { Head } from "./head.ts";

/**
 * Gives the Reshapes after a head the new number of classes, where their target names the old one.
 *
 * Targets are tensors of the model, Constant nodes, or Concats of such with computed sizes.
 *
 * @param initializers - takes the new targets
 * @param rewired - nodes that were changed already, and what they became
 * @returns the graph's nodes
 * @throws OnwardError `unsupported` where a target names the old number more than once
 */
export function widenReshapes(
  graph: Graph,
  head: Head,
  classes: number,
  initializers: Map<string, TensorData>,
  rewired: Map<Node, Node>,
): Node[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  for (const node of head.after) {
    if (node.op !== "Reshape") continue;
    const [, target = ""] = node.inputs;
    const concat = producers.get(target);
    const parts =
      concat?.op === "Concat"
        ? concat.inputs.map((name, input) => ({ name, reader: concat, input }))
        : [{ name: target, reader: node, input: 1 }];
    const found = parts.filter(({ name }) => constant(name).includes(head.classes));
    const count = found.flatMap(({ name }) => constant(name).filter((size) => size === head.classes)).length;
    if (head.classes === classes || count === 0) continue;
    if (count > 1) {
      throw new OnwardError("unsupported", {
        expected: `a shape that names the ${head.classes} classes once`,
        got: `${count} times`,
        where: describeNode(node),
      });
    }
    for (const { name, reader, input } of found) {
      const sizes = constant(name).map((size) => (size === head.classes ? classes : size));
      const wide = `${node.outputs[0] ?? ""}.shape`;
      initializers.set(wide, tensorData("int64", [sizes.length], sizes));
      const current = rewired.get(reader) ?? reader;
      rewired.set(reader, { ...current, inputs: current.inputs.with(input, wide) });
    }
  }
  return graph.nodes.map((node) => rewired.get(node) ?? node);

  /** A constant list of sizes; empty where it is computed. */
  function constant(name: string): readonly number[] {
    const node = producers.get(name);
    const listed = node?.op === "Constant" ? node.attributes.get("value_ints") : undefined;
    if (listed?.kind === "ints") return listed.value;
    const data = graph.initializers.get(name) ?? (node?.op === "Constant" ? tensorAttribute(node, "value") : undefined);
    return data?.type === "int64" ? numbersOf(data) : [];
  }
}
