import { OnwardError, show } from "../core/index.ts";
import { describeNode, type Graph } from "../graph/index.ts";

/** The domains whose ops the runtime has. */
const domains = ["", "com.microsoft", "ai.onnx.ml"];

/**
 * Checks that a graph is one that can be run here at all: ops of known domains, numbers in.
 *
 * @throws OnwardError `unsupported` that names the node
 */
export function checkOps(graph: Graph): void {
  for (const node of graph.nodes) {
    if (domains.includes(node.domain)) continue;
    throw new OnwardError("unsupported", {
      expected: `ops of the domains ${domains.map(show).join(", ")}`,
      got: `an op of ${show(node.domain)}`,
      where: describeNode(node),
      advice: "export the model without custom ops, or as functions that the file defines",
    });
  }
  for (const { name, type } of graph.inputs) {
    if (type !== "string") continue;
    const reader = graph.nodes.find((node) => node.inputs.includes(name));
    throw new OnwardError("unsupported", {
      expected: "inputs that hold numbers",
      got: `input ${show(name)} of strings`,
      ...(reader === undefined ? {} : { where: describeNode(reader) }),
      advice: "cut the model behind its encoding of texts, and feed it the numbers",
    });
  }
}
