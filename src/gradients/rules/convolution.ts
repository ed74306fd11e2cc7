import { elementCount, OnwardError } from "../../core/index.ts";
import { describeNode, intAttribute, tensorData, type GraphBuilder } from "../../graph/index.ts";
import { shapeSlice, spatialSizes } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { spreadWindows } from "../spread-windows.ts";
import { windowOf, type Window } from "../window.ts";
import { product } from "./matrix-products.ts";

/** Convolutions over one to three spatial axes. */
export const convolution: Family = {
  // Y = X * W + B: dX is the transposed convolution of dY with W; dW correlates X with dY; dB sums dY over all positions
  Conv: rule((c) => {
    const {
      g,
      node,
      needs,
      rank,
      x: [x = "", w = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const kernel = kernelOf(c, w);
    const window = windowOf(c, kernel.slice(2));
    const group = intAttribute(node, "group", 1);
    return [
      needs(0) ? inputGradient(c, kernel, window, group) : undefined,
      needs(1) ? weightGradient(g, { from: x, through: dy, like: y, weight: kernel, window, group }) : undefined,
      needs(2) ? biasGradient(g, dy, rank(y)) : undefined,
    ];
  }),
};

interface Correlation {
  /** What the window slides over. */
  readonly from: string;
  /** The gradient that belongs to each window. */
  readonly through: string;
  /** A value with the shape of `through`. */
  readonly like: string;
  /** The shape of the weights, [M, C / group, k1, ...]. */
  readonly weight: readonly number[];
  readonly window: Window;
  readonly group: number;
}

/** The shape of a weight; it has to be known. */
export function kernelOf({ node, staticShape }: RuleContext, w: string): readonly number[] {
  const shape = staticShape(w);
  if (shape === undefined) {
    throw new OnwardError("unsupported", { expected: "weights of known shape", where: describeNode(node) });
  }
  return shape;
}

/** The sum of a gradient [N, C, d1, ...] over all but the channels, the inner axes first. */
export function biasGradient(g: GraphBuilder, dy: string, rank: number): string {
  const inner = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  return g.sum(g.sum(dy, inner), [0]);
}

/**
 * dX. For windows that move by one, a convolution of dY with the mirrored kernel: on large maps, and where channels are
 * grouped, it is the faster form. Otherwise the transposed convolution.
 */
function inputGradient(c: RuleContext, kernel: readonly number[], window: Window, group: number): string {
  const {
    g,
    x: [x = "", w = ""],
    y: [y = ""],
    dy: [dy = ""],
  } = c;
  const to = spatialSizes(g, y);
  const unit = window.strides.every((stride) => stride === 1);
  const reach = window.kernel.map((size, i) => (size - 1) * (window.dilations[i] ?? 1));
  const pads = [
    ...reach.map((extent, i) => extent - (window.begin[i] ?? 0)),
    ...reach.map((extent, i) => extent - (window.end[i] ?? 0)),
  ];
  const positions = to === undefined ? 0 : elementCount(to);
  if (!unit || pads.some((pad) => pad < 0) || (group === 1 && positions < 100))
    return spreadWindows(g, dy, w, window, x, y, group);
  return g.op("Conv", [dy, mirrored(g, w, kernel, group)], {
    kernel_shape: window.kernel,
    dilations: window.dilations,
    pads,
    group,
  });
}

/** Weights [M, C / group, k] as [C, M / group, k], each kernel reversed by a product with the mirrored identity. */
function mirrored(g: GraphBuilder, w: string, kernel: readonly number[], group: number): string {
  const [outputs = 1, inputs = 1, ...sizes] = kernel;
  const area = sizes.reduce((count, size) => count * size, 1);
  const reverse = new Float32Array(area * area);
  for (let i = 0; i < area; i++) reverse[i * area + area - 1 - i] = 1;
  const turned =
    area === 1 ? w : g.matMul(g.reshape(w, [-1, area]), g.constant(tensorData("float32", [area, area], reverse)));
  const grouped = g.reshape(turned, [group, outputs / group, inputs, area]);
  const swapped = outputs === group || inputs === 1 ? grouped : g.transpose(grouped, [0, 2, 1, 3]);
  return g.reshape(swapped, [group * inputs, outputs / group, ...sizes]);
}

/**
 * dW[m, c, k] = sum over samples and positions of dY[m] and what the tap k of the window saw of channel c.
 *
 * What each tap saw is laid out by a convolution of every channel with one-hot kernels; then it is one matrix product for each
 * sample and group. A window of one element that moves by one sees the input as it is.
 */
export function weightGradient(g: GraphBuilder, { from, through, like, weight, window, group }: Correlation): string {
  const [outputs = 1, inputs = 1] = weight;
  const area = window.kernel.reduce((count, size) => count * size, 1);
  const plain =
    area === 1 && [...window.begin, ...window.end].every((pad) => pad === 0) && window.strides.every((s) => s === 1);
  const seen = plain ? from : taps(g, from, window, group * inputs, area);
  const positions = spatialSizes(g, like);
  const rows = (value: string, count: number) => {
    if (positions !== undefined) {
      const length = elementCount(positions);
      return g.reshape(value, group === 1 ? [-1, count, length] : [-1, group, count, length]);
    }
    const batch = shapeSlice(g, like, 0, 1);
    return g.op("Reshape", [value, g.concat([batch, g.ints(group === 1 ? [count, -1] : [group, count, -1])], 0)]);
  };
  const products = product(g, rows(through, outputs / group), rows(seen, inputs * area), 0, 1);
  return g.reshape(g.sum(products, [0]), weight);
}

/**
 * [N, C, d1, ...] -> [N, C taps, d1', ...]: for each tap of the window, what it sees at each position of each channel. Grouped by
 * channel, the runtime keeps its plain layout; with many channels and taps that takes too many kernels, and each channel
 * becomes a sample of its own.
 */
export function taps(g: GraphBuilder, x: string, window: Window, channels: number, area: number): string {
  const { kernel, strides, dilations, begin, end } = window;
  const attributes = { kernel_shape: kernel, strides, dilations, pads: [...begin, ...end] };
  const grouped = channels * area * area <= 2 ** 18;
  const copies = grouped ? channels : 1;
  const oneHot = new Float32Array(copies * area * area);
  for (let i = 0; i < copies * area; i++) oneHot[i * area + (i % area)] = 1;
  const kernels = g.constant(tensorData("float32", [copies * area, 1, ...kernel], oneHot));
  if (grouped) return g.op("Conv", [x, kernels], { ...attributes, group: channels });
  const single = g.op("Reshape", [x, g.concat([g.ints([-1, 1]), shapeSlice(g, x, 2)], 0)]);
  return g.op("Conv", [single, kernels], attributes);
}
