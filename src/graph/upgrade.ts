import { OnwardError } from "../core/errors.ts";
import { intAttribute, intsAttribute, stringAttribute } from "./attributes.ts";
import { GraphBuilder } from "./builder.ts";
import { mapBodies } from "./map-bodies.ts";
import { describeNode, type Attribute, type Graph, type Model, type Node } from "./model.ts";
import { workingOpset } from "./working-model.ts";

/** The oldest opset whose ops mean what they mean today, up to the changes below. */
const oldestOpset = 13;

/** Writes a node of an older opset in the working one. */
type Adapter = (node: Node, g: GraphBuilder) => void;

/** The ops whose meaning or form changed after opset 13, and the opset that changed it. New types alone need nothing. */
const changes: Readonly<Record<string, { readonly since: number; readonly adapt: Adapter }>> = {
  // Several outputs meant training; the form is made anew where it is wanted
  BatchNormalization: { since: 14, adapt: (node, g) => g.node({ ...node, outputs: node.outputs.slice(0, 1) }) },
  // The default was what is now called "output_half_pixel"
  RoiAlign: {
    since: 16,
    adapt: (node, g) =>
      g.node(
        withAttribute(node, "coordinate_transformation_mode", {
          kind: "string",
          value: stringAttribute(node, "coordinate_transformation_mode", "output_half_pixel"),
        }),
      ),
  },
  // Equal parts have to be counted
  Split: {
    since: 18,
    adapt: (node, g) =>
      g.node(
        (node.inputs[1] ?? "") === ""
          ? withAttribute(node, "num_outputs", { kind: "int", value: node.outputs.length })
          : node,
      ),
  },
  ReduceMax: { since: 18, adapt: axesToInput },
  ReduceMin: { since: 18, adapt: axesToInput },
  ReduceMean: { since: 18, adapt: axesToInput },
  ReduceProd: { since: 18, adapt: axesToInput },
  ReduceL1: { since: 18, adapt: axesToInput },
  ReduceL2: { since: 18, adapt: axesToInput },
  ReduceLogSum: { since: 18, adapt: axesToInput },
  ReduceLogSumExp: { since: 18, adapt: axesToInput },
  ReduceSumSquare: { since: 18, adapt: axesToInput },
  // The modes were renamed
  GridSample: {
    since: 20,
    adapt: (node, g) => {
      const modes: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };
      const mode = stringAttribute(node, "mode", "bilinear");
      g.node(withAttribute(node, "mode", { kind: "string", value: modes[mode] ?? mode }));
    },
  },
  // The axis became an input
  DFT: {
    since: 20,
    adapt: (node, g) =>
      g.node({
        ...without(node, "axis"),
        inputs: [node.inputs[0] ?? "", node.inputs[1] ?? "", g.int(intAttribute(node, "axis", 1))],
      }),
  },
  // Scale and bias were one number for each group, and are one for each channel
  GroupNormalization: {
    since: 21,
    adapt: (node, g) => {
      const [x = "", scale = "", bias = ""] = node.inputs;
      const channels = g.op("Shape", [x], { start: 1, end: 2 });
      const times = g.op("Div", [channels, g.ints([intAttribute(node, "num_groups", 1)])]);
      const repeat = (value: string) => {
        const column = g.unsqueeze(value, [1]);
        return g.reshape(g.op("Expand", [column, g.concat([g.ints([1]), times], 0)]), [-1]);
      };
      g.node({ ...node, inputs: [x, repeat(scale), repeat(bias)] });
    },
  },
};

/**
 * Brings a model of opset 13 or later to the working opset: the nodes of its graph, those in the bodies of Loop, If and Scan
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
  for (const [name, data] of graph.initializers) g.describe(name, data.type, data.dims);
  upgradeNodes(graph.nodes, opset, g);
  const { nodes, initializers } = g.build(graph.name);
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...initializers]) };
}

/** Emits nodes of an older opset in the working one. Their names must be claimed already. */
export function upgradeNodes(nodes: readonly Node[], opset: number, g: GraphBuilder): void {
  for (const node of nodes) {
    const inner = mapBodies(node, (body) => upgradeGraph(body, opset, g));
    const change = node.domain === "" && Object.hasOwn(changes, node.op) ? changes[node.op] : undefined;
    if (change === undefined || opset >= change.since) g.node(inner);
    else change.adapt(inner, g);
  }
}

function namesIn(graph: Graph): Set<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== "")),
  ]);
}

function axesToInput(node: Node, g: GraphBuilder): void {
  const axes = intsAttribute(node, "axes");
  const [x = ""] = node.inputs;
  if (node.inputs.length > 1)
    throw new OnwardError("model", { expected: "axes as an attribute", got: "an input", where: describeNode(node) });
  const all = axes === undefined || axes.length === 0;
  g.node({ ...without(node, "axes"), inputs: all ? [x] : [x, g.ints(axes)] });
}

function withAttribute(node: Node, name: string, value: Attribute): Node {
  return { ...node, attributes: new Map(node.attributes).set(name, value) };
}

function without(node: Node, name: string): Node {
  return { ...node, attributes: new Map([...node.attributes].filter(([key]) => key !== name)) };
}
