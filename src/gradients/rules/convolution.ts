import { elementCount, OnwardError } from "../../core/index.ts";
import { describeNode, intAttribute, tensorData, type GraphBuilder } from "../../graph/index.ts";
import { spatialSizes } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { spreadWindows } from "../spread-windows.ts";
import { weightGradient } from "../weight-gradient.ts";
import { windowOf, type Window } from "../window.ts";

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
