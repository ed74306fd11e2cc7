import { registry, type Entry } from "../gradients/index.ts";
import { capturedValues, describeNode, isFloat, qualifiedName, type Node } from "../graph/index.ts";
import type { PreparedModel } from "./prepared-model.ts";

/** A node that gradients would have to pass, and why they cannot. */
export interface Refusal {
  readonly op: string;
  /** How errors name it. */
  readonly node: string;
  readonly reason: string;
}

/**
 * Lists the nodes between parameters and scores that cannot be differentiated, in the graph's order; between inputs and scores
 * where the model has no parameters.
 */
export function refusals({ graph, parameters, scores }: PreparedModel): Refusal[] {
  const typeOf = (name: string) => graph.values.get(name)?.type ?? graph.initializers.get(name)?.type;
  const learns = parameters.length > 0;
  const flows = (name: string) => name !== "" && (!learns || isFloat(typeOf(name) ?? "float32"));
  const reads = (node: Node) => [...node.inputs, ...capturedValues(node)];
  const live = new Set([scores.name]);
  for (const node of graph.nodes.toReversed()) {
    const status = registry.get(qualifiedName(node))?.status;
    if (!node.outputs.some((name) => live.has(name)) || status === "zero") continue;
    // What is refused is followed whatever it reads and computes: a quantised value is no float.
    for (const name of reads(node)) if (flows(name) || status !== "rule") live.add(name);
  }
  const changed = new Set((learns ? parameters : graph.inputs).map(({ name }) => name));
  const found: Refusal[] = [];
  for (const node of graph.nodes) {
    const op = qualifiedName(node);
    const entry = registry.get(op);
    if (entry?.status === "zero" || !reads(node).some((name) => changed.has(name))) continue;
    for (const name of node.outputs) if (flows(name) || entry?.status !== "rule") changed.add(name);
    if (entry?.status === "rule" || !node.outputs.some((name) => live.has(name))) continue;
    found.push({ op, node: describeNode(node), reason: reasonOf(entry, node) });
  }
  return found;
}

function reasonOf(entry: Exclude<Entry, { status: "rule" | "zero" }> | undefined, node: Node): string {
  if (entry === undefined)
    return node.domain === "ai.onnx.ml" ? "classical models are not trained by gradients" : "not known here";
  return entry.status === "refused" ? entry.reason : `in a form that ${entry.into} cannot stand for`;
}
