import { elementCount } from "../../core/index.ts";
import {
  intAttribute,
  intsAttribute,
  tensorData,
  type Attribute,
  type GraphBuilder,
  type Node,
} from "../../graph/index.ts";
import { castLike } from "../indicator.ts";
import { expandLike, flat, reshapeLike, shapeSlice, spatialSizes, zerosLike } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { scatterAdd } from "../scatter-add.ts";
import { spreadWindows } from "../spread-windows.ts";
import { tiledPoolGradient } from "../tiled-pool.ts";
import { isDisjoint, windowOf, type Window } from "../window.ts";

/** Pooling over windows, and over all of each channel. */
export const pooling: Family = {
  // dx = dy where the largest lay; of equal ones, the first
  MaxPool: rule((c) => {
    const {
      g,
      node,
      x: [x = ""],
      y: [y = ""],
      dy: [dy],
    } = c;
    if (dy === undefined) return [undefined];
    const window = poolWindow(c);
    const tiled = tiledPoolGradient(g, { x, y, dy }, window);
    if (tiled !== undefined) return [tiled];
    const indices = intAttribute(node, "storage_order", 0) === 0 ? c.output(1) : rowMajorIndices(c);
    if (isDisjoint(window) && g.typeOf(x) === "float32") {
      const { kernel: kernel_shape, strides, begin, end } = window;
      return [g.op("MaxUnpool", [dy, indices, g.shape(x)], { kernel_shape, strides, pads: [...begin, ...end] })];
    }
    return [scatterAdd(g, x, indices, dy)];
  }),
  // dx = dy from where it was put
  MaxUnpool: rule(({ g, x: [, indices = ""], dy: [dy = ""] }) => [g.op("Gather", [flat(g, dy), indices], { axis: 0 })]),
  // dx = sum over the windows of dy / n, n as the op itself counts
  AveragePool: rule((c) => {
    const {
      g,
      node,
      x: [x = ""],
      dy: [dy = ""],
    } = c;
    const window = poolWindow(c);
    const ones = g.op("Expand", [g.scalar(1, "float32"), g.concat([g.ints([1, 1]), shapeSlice(g, x, 2)], 0)]);
    const shares = copy(g, node, [ones]);
    const { kernel: kernel_shape, strides, dilations, begin, end } = window;
    const inside = g.op("Conv", [ones, onesKernel(g, window)], {
      kernel_shape,
      strides,
      dilations,
      pads: [...begin, ...end],
    });
    return [spreadOnes(c, g.mul(dy, g.div(shares, inside)), window)];
  }),
  // y = (sum |x|^p)^(1/p): dx = sign(x) |x|^(p - 1) (sum over the windows of y^(1 - p) dy)
  LpPool: rule((c) => {
    const {
      g,
      node,
      x: [x = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const order = intAttribute(node, "p", 2);
    return [g.mul(powerSlope(g, x, order), spreadOnes(c, inversePower(g, dy, y, order), poolWindow(c)))];
  }),
  // dx = dy / n
  GlobalAveragePool: rule(({ g, x: [x = ""], y: [y = ""], dy: [dy = ""] }) => {
    const sizes = spatialSizes(g, x);
    const count =
      sizes !== undefined ? elementCount(sizes) : castLike(g, g.div(g.op("Size", [x]), g.op("Size", [y])), x);
    return [expandLike(g, g.div(dy, count), x)];
  }),
  // dx = dy where the largest lies; of equal ones, the first
  GlobalMaxPool: rule(({ g, x: [x = ""], dy: [dy = ""] }) => {
    const lined = g.reshape(x, [0, 0, -1]);
    const place = g.op("ArgMax", [lined], { axis: 2, keepdims: 1 });
    const put = g.op("ScatterElements", [zerosLike(g, lined), place, g.reshape(dy, [0, 0, 1])], { axis: 2 });
    return [reshapeLike(g, put, x)];
  }),
};

function poolWindow(c: RuleContext): Window {
  return windowOf(c, intsAttribute(c.node, "kernel_shape") ?? []);
}

/** Sums dy over the windows: a transposed convolution with ones, each channel by itself. */
function spreadOnes({ g, x: [x = ""], y: [y = ""] }: RuleContext, dy: string, window: Window): string {
  const single = (value: string, like: string) =>
    g.op("Reshape", [value, g.concat([g.ints([-1, 1]), shapeSlice(g, like, 2)], 0)]);
  return reshapeLike(g, spreadWindows(g, single(dy, y), onesKernel(g, window), window, x, y), x);
}

function onesKernel(g: GraphBuilder, { kernel }: Window): string {
  const count = kernel.reduce((product, size) => product * size, 1);
  return g.constant(tensorData("float32", [1, 1, ...kernel], new Float32Array(count).fill(1)));
}

/** The same op on other inputs. */
function copy(g: GraphBuilder, node: Node, inputs: readonly string[]): string {
  const output = g.fresh(node.op);
  g.node({ ...node, name: output, inputs, outputs: [output] });
  return output;
}

/** sign(x) |x|^(p - 1) */
function powerSlope(g: GraphBuilder, x: string, order: number): string {
  if (order === 2) return x;
  const sign = g.op("Sign", [x]);
  return order === 1 ? sign : g.mul(sign, g.pow(g.op("Abs", [x]), order - 1));
}

/** y^(1 - p) dy, and 0 where y is 0 */
function inversePower(g: GraphBuilder, dy: string, y: string, order: number): string {
  if (order === 1) return dy;
  const nothing = g.equal(y, 0);
  return g.where(nothing, 0, g.div(dy, g.pow(g.where(nothing, 1, y), order - 1)));
}

/** The indices as rows are stored, where the node itself gives them by columns. */
function rowMajorIndices({ g, node, x: [x = ""] }: RuleContext): string {
  const outputs = [g.fresh(node.op), g.fresh(node.op)];
  const attributes = new Map<string, Attribute>([...node.attributes, ["storage_order", { kind: "int", value: 0 }]]);
  g.node({ ...node, name: outputs[0] ?? "", inputs: [x], outputs, attributes });
  return outputs[1] ?? "";
}
