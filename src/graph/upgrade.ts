import { OnwardError } from "../core/errors.ts";
import { GraphBuilder } from "./builder.ts";
import { mapBodies } from "./map-bodies.ts";
import type { Graph, Model, Node } from "./model.ts";
import { opChanges } from "./op-changes.ts";
import { workingOpset } from "./working-model.ts";

/** The oldest opset that the runtime still reads. */
const oldestOpset = 7;

/**
 * Brings a model of opset 7 or later to the working opset: the nodes of its graph, those in the bodies of Loop, If and Scan
 * included. What its functions hold is left, as each has an opset of its own.
 *
 * @throws OnwardError `unsupported` when the opset is older, or newer than the working one
 */
export function upgradeModel(model: Model, name = "the model"): Model {
  const opset = model.opsets.get("") ?? workingOpset;
  checkOpset(opset, name);
  const opsets = new Map(model.opsets).set("", workingOpset);
  return opset === workingOpset ? model : { ...model, opsets, graph: upgradeGraph(model.graph, opset) };
}

/** @throws OnwardError `unsupported` when ops of that opset cannot be read here */
export function checkOpset(opset: number, where: string): void {
  if (opset >= oldestOpset && opset <= workingOpset) return;
  throw new OnwardError("unsupported", {
    expected: `an opset from ${oldestOpset} to ${workingOpset}`,
    got: String(opset),
    where,
    advice: `export the model again with opset ${opset < oldestOpset ? 17 : workingOpset}, or convert it by onnx.version_converter`,
  });
}

function upgradeGraph(graph: Graph, opset: number, outer?: GraphBuilder): Graph {
  const g = new GraphBuilder(outer);
  for (const name of namesIn(graph)) g.claim(name);
  for (const { name, type, shape } of [...graph.values.values(), ...graph.outputs, ...graph.inputs])
    g.describe(name, type, shape);
  for (const [name, data] of graph.initializers) g.describe(name, data.type, data.dims);
  upgradeNodes(graph.nodes, opset, g);
  const { nodes, initializers } = g.build(graph.name);
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...initializers]) };
}

/** Emits nodes of an older opset in the working one. Their names must be claimed already. */
export function upgradeNodes(nodes: readonly Node[], opset: number, g: GraphBuilder): void {
  for (const node of nodes) {
    const inner = mapBodies(node, (body) => upgradeGraph(body, opset, g));
    const changes = node.domain === "" && Object.hasOwn(opChanges, node.op) ? (opChanges[node.op] ?? []) : [];
    const later = changes.filter(({ since }) => since > opset);
    g.node(later.reduce((form, { adapt }) => adapt(form, g), inner));
  }
}

function namesIn(graph: Graph): Set<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== "")),
  ]);
}
