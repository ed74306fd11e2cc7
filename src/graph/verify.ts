import { OnwardError, show } from "../core/errors.ts";
import { describeNode, type Graph, type Model } from "./model.ts";

/**
 * Checks that a graph is well formed: names are defined once and before they are used, outputs exist.
 *
 * @throws OnwardError `model` that names the value and the node
 */
export function verifyModel(model: Model, name: string): void {
  verifyGraph(model.graph, new Set(), name);
}

function verifyGraph(graph: Graph, outer: ReadonlySet<string>, where: string): void {
  const defined = new Set<string>(graph.initializers.keys());
  for (const input of graph.inputs) define(input.name, defined, graph.initializers.has(input.name) ? undefined : where);
  for (const node of graph.nodes) {
    const place = `${describeNode(node)} of ${where}`;
    for (const input of node.inputs) {
      if (input !== "" && !defined.has(input) && !outer.has(input)) {
        throw new OnwardError("model", {
          expected: `value ${show(input)} to be defined before it is used`,
          where: place,
        });
      }
    }
    for (const attribute of node.attributes.values()) {
      const inner = attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [];
      for (const body of inner) verifyGraph(body, union(outer, defined), place);
    }
    for (const output of node.outputs) if (output !== "") define(output, defined, place);
  }
  for (const output of graph.outputs) {
    if (!defined.has(output.name) && !outer.has(output.name)) {
      throw new OnwardError("model", { expected: `output ${show(output.name)} to be computed`, where });
    }
  }
}

function define(name: string, defined: Set<string>, where: string | undefined): void {
  if (where !== undefined && defined.has(name)) {
    throw new OnwardError("model", {
      expected: `value ${show(name)} to be defined once`,
      got: "a second definition",
      where,
    });
  }
  defined.add(name);
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a, ...b]);
}
