import { OnwardError } from "../core/errors.ts";
import {
  attribute,
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  type AttributeInput,
} from "./attributes.ts";
import type { GraphBuilder } from "./builder.ts";
import { describeNode, type Node } from "./model.ts";
import { scalarLike } from "./rewrites/rewrite.ts";
import { tensorData } from "./tensor-data.ts";

/** A change of an op: the opset that made it, and how a node of before is written after it. */
export interface OpChange {
  readonly since: number;
  /** Emits what the new form reads, and gives the node in that form. */
  readonly adapt: (node: Node, g: GraphBuilder) => Node;
}

const axesBecameInput = (since: number): OpChange => ({ since, adapt: attributeToInput("axes", 1) });

/**
 * The ops whose meaning or form changed after opset 7, with their changes in order. New types and new freedoms alone, as
 * negative axes, need nothing.
 */
export const opChanges: Readonly<Record<string, readonly OpChange[]>> = {
  BatchNormalization: [
    // Statistics of each position went away
    { since: 9, adapt: withoutSpatial },
    // Several outputs meant training; the form is made anew where it is wanted
    { since: 14, adapt: (node) => ({ ...node, outputs: node.outputs.slice(0, 1) }) },
  ],
  // Ops that took another name; what they did is one of its forms
  Upsample: [{ since: 10, adapt: resize }],
  Scatter: [{ since: 11, adapt: (node) => ({ ...node, op: "ScatterElements" }) }],
  // Scales alone, from the corner, rounded down
  Resize: [{ since: 11, adapt: resize }],
  // Attributes became inputs
  Slice: [
    {
      since: 10,
      adapt: (node, g) => {
        const starts = intsAttribute(node, "starts") ?? [];
        const axes = intsAttribute(node, "axes") ?? starts.map((_, axis) => axis);
        const bounds = [starts, intsAttribute(node, "ends") ?? [], axes];
        return {
          ...without(node, "starts", "ends", "axes"),
          inputs: [first(node), ...bounds.map((list) => g.ints(list))],
        };
      },
    },
  ],
  TopK: [
    {
      since: 10,
      adapt: (node, g) => ({ ...without(node, "k"), inputs: [first(node), g.ints([intAttribute(node, "k", 1)])] }),
    },
  ],
  Clip: [
    {
      since: 11,
      adapt: (node, g) => {
        const bound = (name: string) => optionalScalar(g, floatAttribute(node, name), first(node));
        return { ...without(node, "min", "max"), inputs: [first(node), bound("min"), bound("max")] };
      },
    },
  ],
  Pad: [
    {
      since: 11,
      adapt: (node, g) => {
        const pads = g.ints(intsAttribute(node, "pads") ?? []);
        const value = optionalScalar(g, floatAttribute(node, "value"), first(node));
        return { ...without(node, "pads", "value"), inputs: [first(node), pads, value] };
      },
    },
  ],
  Dropout: [
    {
      since: 12,
      adapt: (node, g) => ({
        ...without(node, "ratio"),
        inputs: [first(node), g.scalar(floatAttribute(node, "ratio", 0.5), "float32")],
      }),
    },
  ],
  Squeeze: [axesBecameInput(13)],
  Unsqueeze: [axesBecameInput(13)],
  ReduceSum: [axesBecameInput(13)],
  Split: [
    { since: 13, adapt: attributeToInput("split", 1) },
    // Equal parts have to be counted
    {
      since: 18,
      adapt: (node) => ((node.inputs[1] ?? "") === "" ? withAttribute(node, "num_outputs", node.outputs.length) : node),
    },
  ],
  // They were over all axes from one on, which were taken for one
  Softmax: [{ since: 13, adapt: overTheRest }],
  LogSoftmax: [{ since: 13, adapt: overTheRest }],
  Hardmax: [{ since: 13, adapt: overTheRest }],
  // The default was what is now called "output_half_pixel"
  RoiAlign: [
    {
      since: 16,
      adapt: (node) => {
        const mode = stringAttribute(node, "coordinate_transformation_mode", "output_half_pixel");
        return withAttribute(node, "coordinate_transformation_mode", mode);
      },
    },
  ],
  ReduceMax: [axesBecameInput(18)],
  ReduceMin: [axesBecameInput(18)],
  ReduceMean: [axesBecameInput(18)],
  ReduceProd: [axesBecameInput(18)],
  ReduceL1: [axesBecameInput(18)],
  ReduceL2: [axesBecameInput(18)],
  ReduceLogSum: [axesBecameInput(18)],
  ReduceLogSumExp: [axesBecameInput(18)],
  ReduceSumSquare: [axesBecameInput(18)],
  // The modes were renamed
  GridSample: [
    {
      since: 20,
      adapt: (node) => {
        const modes: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };
        const mode = stringAttribute(node, "mode", "bilinear");
        return withAttribute(node, "mode", modes[mode] ?? mode);
      },
    },
  ],
  // The axis became an input
  DFT: [
    {
      since: 20,
      adapt: (node, g) => ({
        ...without(node, "axis"),
        inputs: [first(node), node.inputs[1] ?? "", g.int(intAttribute(node, "axis", 1))],
      }),
    },
  ],
  // Scale and bias were one number for each group, and are one for each channel
  GroupNormalization: [
    {
      since: 21,
      adapt: (node, g) => {
        const [x = "", scale = "", bias = ""] = node.inputs;
        const channels = g.op("Shape", [x], { start: 1, end: 2 });
        const times = g.op("Div", [channels, g.ints([intAttribute(node, "num_groups", 1)])]);
        const repeat = (value: string) => {
          const column = g.unsqueeze(value, [1]);
          return g.reshape(g.op("Expand", [column, g.concat([g.ints([1]), times], 0)]), [-1]);
        };
        return { ...node, inputs: [x, repeat(scale), repeat(bias)] };
      },
    },
  ],
};

/** Lists of sizes or axes in an attribute; absent or empty ones meant the default, as an absent input does. */
function attributeToInput(name: string, input: number): OpChange["adapt"] {
  return (node, g) => {
    const list = intsAttribute(node, name);
    if (node.inputs.length > input)
      throw new OnwardError("model", {
        expected: `${name} as an attribute`,
        got: "an input",
        where: describeNode(node),
      });
    const absent = list === undefined || list.length === 0;
    return { ...without(node, name), inputs: absent ? [first(node)] : [first(node), g.ints(list)] };
  };
}

function overTheRest(node: Node, g: GraphBuilder): Node {
  const axis = intAttribute(node, "axis", 1);
  const rank = (g.shapeOf(first(node)) ?? g.shapeOf(node.outputs[0] ?? ""))?.length;
  if (axis === -1 || axis + 1 === rank) return withAttribute(node, "axis", -1);
  const flat = g.op("Flatten", [first(node)], { axis });
  const result = g.op(node.op, [flat], { axis: -1 });
  return { ...node, op: "Reshape", inputs: [result, g.op("Shape", [first(node)])], attributes: new Map() };
}

function resize(node: Node, g: GraphBuilder): Node {
  const given = node.attributes.get("scales");
  const scales =
    given?.kind === "floats"
      ? g.constant(tensorData("float32", [given.value.length], given.value))
      : (node.inputs[1] ?? "");
  const attributes = {
    mode: stringAttribute(node, "mode", "nearest"),
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  };
  return {
    ...node,
    op: "Resize",
    inputs: [first(node), "", scales],
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attribute(name, value)])),
  };
}

function withoutSpatial(node: Node): Node {
  if (intAttribute(node, "spatial", 1) === 1) return without(node, "spatial");
  throw new OnwardError("unsupported", {
    expected: "a batch normalisation of channels",
    got: "one of every position (spatial 0)",
    where: describeNode(node),
    advice: "export the model again with opset 9 or later",
  });
}

function optionalScalar(g: GraphBuilder, value: number | undefined, like: string): string {
  return value === undefined ? "" : scalarLike(g, value, like);
}

function first(node: Node): string {
  return node.inputs[0] ?? "";
}

function withAttribute(node: Node, name: string, value: AttributeInput): Node {
  return { ...node, attributes: new Map(node.attributes).set(name, attribute(name, value)) };
}

function without(node: Node, ...names: readonly string[]): Node {
  return { ...node, attributes: new Map([...node.attributes].filter(([key]) => !names.includes(key))) };
}
