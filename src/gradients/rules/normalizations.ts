import { floatAttribute, intAttribute, intsAttribute, type GraphBuilder } from "../../graph/index.ts";
import { castLike } from "../indicator.ts";
import { reshapeLike, shapeSlice } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { standardize, standardizeGradient, type Standardized } from "../standardize.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** Normalisations by the statistics of the values themselves, over axes or groups. */
export const normalizations: Family = {
  // y = v scale + bias with v standardised over the axes from `axis` on
  LayerNormalization: rule(layerNormalization),
  // y = v scale, v = x / sqrt(mean(x^2) + epsilon): dx = inverse (dv - v mean(dv v))
  RMSNormalization: rule((c) => {
    const {
      g,
      node,
      needs,
      rank,
      x: [x = "", scale = ""],
      dy: [dy = ""],
    } = c;
    const axes = axesFrom(intAttribute(node, "axis", -1), rank(x));
    const epsilon = floatAttribute(node, "epsilon", 1e-5);
    const inverse = g.reciprocal(g.sqrt(g.add(g.mean(g.square(x), axes, 1), epsilon)));
    const v = g.mul(x, inverse);
    return [
      needs(0) ? rootMeanSquareGradient(g, v, inverse, g.mul(dy, scale), axes) : undefined,
      needs(1) ? sumToShape(g, g.mul(dy, v), scale, x) : undefined,
    ];
  }),
  // As above, for each channel of each sample
  InstanceNormalization: rule((c) => {
    const {
      g,
      node,
      needs,
      rank,
      x: [x = "", scale = ""],
      dy: [dy = ""],
    } = c;
    const axes = axesFrom(2, rank(x));
    const v = standardize(g, x, axes, floatAttribute(node, "epsilon", 1e-5));
    return affineGradients(c, v.values, () =>
      standardizeGradient(g, v, g.mul(dy, perChannel(g, scale, rank(x))), axes),
    ).map((gradient, i) => (needs(i) ? gradient?.() : undefined));
  }),
  // As above, for each group of channels of each sample
  GroupNormalization: rule((c) => {
    const {
      g,
      node,
      needs,
      rank,
      x: [x = "", scale = ""],
      dy: [dy = ""],
    } = c;
    const grouped = (value: string) => g.reshape(value, [0, intAttribute(node, "num_groups", 1), -1]);
    const v = standardize(g, grouped(x), [2], floatAttribute(node, "epsilon", 1e-5));
    return affineGradients(c, reshapeLike(g, v.values, x), () =>
      reshapeLike(g, standardizeGradient(g, v, grouped(g.mul(dy, perChannel(g, scale, rank(x)))), [2]), x),
    ).map((gradient, i) => (needs(i) ? gradient?.() : undefined));
  }),
  // y = (x - mean) / (sqrt(mean(x^2) - mean^2) + 1e-9)
  MeanVarianceNormalization: rule(({ g, node, x: [x = ""], dy: [dy = ""] }) => {
    const axes = intsAttribute(node, "axes") ?? [0, 2, 3];
    return [standardizeGradient(g, standardize(g, x, axes, 0), dy, axes)];
  }),
  // y = x / |x|: for the norm of order 2 dx = (dy - y sum(y dy)) / |x|, of order 1 (dy - sign(x) sum(y dy)) / |x|
  LpNormalization: rule(({ g, node, x: [x = ""], y: [y = ""], dy: [dy = ""] }) => {
    const axes = [intAttribute(node, "axis", -1)];
    const order = intAttribute(node, "p", 2);
    const norm = g.op(order === 1 ? "ReduceL1" : "ReduceL2", [x, g.ints(axes)], { keepdims: 1 });
    const direction = order === 1 ? g.op("Sign", [x]) : y;
    const nothing = g.equal(norm, 0);
    const gradient = g.sub(dy, g.mul(direction, g.sum(g.mul(dy, y), axes, 1)));
    return [g.where(nothing, 0, g.div(gradient, g.where(nothing, 1, norm)))];
  }),
  // y = x s^-beta with s = bias + alpha / size (sum of x^2 over a window of channels):
  // dx = s^-beta dy - 2 alpha beta / size x (sum of x s^(-beta - 1) dy over the mirrored window)
  LRN: rule(({ g, node, x: [x = ""], dy: [dy = ""] }) => {
    const size = intAttribute(node, "size", 1);
    const alpha = floatAttribute(node, "alpha", 1e-4);
    const beta = floatAttribute(node, "beta", 0.75);
    const before = Math.floor((size - 1) / 2);
    const s = g.add(g.mul(channelWindow(g, g.square(x), size, before), alpha / size), floatAttribute(node, "bias", 1));
    const direct = g.mul(dy, g.pow(s, -beta));
    const sums = channelWindow(g, g.mul(g.mul(dy, x), g.pow(s, -beta - 1)), size, size - 1 - before);
    return [g.sub(direct, g.mul(g.mul(x, sums), (2 * alpha * beta) / size))];
  }),
};

function axesFrom(first: number, rank: number): number[] {
  const start = first < 0 ? first + rank : first;
  return Array.from({ length: rank - start }, (_, i) => start + i);
}

/** One value for each channel, in a shape that broadcasts against [N, C, d1, ...]. */
export function perChannel(g: GraphBuilder, value: string, rank: number): string {
  return g.unsqueeze(value, axesFrom(1, rank - 1));
}

/** dx = inverse (dv - v mean(dv v)) */
export function rootMeanSquareGradient(
  g: GraphBuilder,
  v: string,
  inverse: string,
  dv: string,
  axes: readonly number[],
): string {
  return g.mul(inverse, g.sub(dv, g.mul(v, g.mean(g.mul(dv, v), axes, 1))));
}

/** The gradients of x, scale and bias for y = v scale + bias with one scale and bias for each channel. */
function affineGradients(
  { g, rank, x: [x = ""], dy: [dy = ""] }: RuleContext,
  v: string,
  dx: () => string,
): readonly [() => string, () => string, () => string] {
  const others = [0, ...axesFrom(2, rank(x))];
  return [dx, () => g.sum(g.mul(dy, v), others), () => g.sum(dy, others)];
}

function layerNormalization(c: RuleContext): (string | undefined)[] {
  const {
    g,
    node,
    needs,
    rank,
    x: [x = "", scale = "", bias = ""],
    dy: [dy, dmean, dinverse],
  } = c;
  const axes = axesFrom(intAttribute(node, "axis", -1), rank(x));
  const v = statistics(c, axes);
  let dx: string | undefined;
  if (needs(0)) {
    const parts: string[] = [];
    if (dy !== undefined) parts.push(standardizeGradient(g, v, g.mul(dy, scale), axes));
    const count = () => castLike(g, g.div(g.op("Size", [x]), g.op("Size", [v.inverse])), x);
    // mean = sum(x) / n; inverse = (sum((x - mean)^2) / n + epsilon)^(-1/2)
    if (dmean !== undefined) parts.push(g.op("Expand", [g.div(castLike(g, dmean, x), count()), g.shape(x)]));
    if (dinverse !== undefined) {
      const slope = g.neg(g.div(g.mul(castLike(g, dinverse, x), g.square(v.inverse)), count()));
      parts.push(g.mul(slope, v.values));
    }
    dx = parts.reduce((sum, part) => g.add(sum, part));
  }
  return [
    dx,
    needs(1) && dy !== undefined ? sumToShape(g, g.mul(dy, v.values), scale, x) : undefined,
    needs(2) && dy !== undefined ? sumToShape(g, dy, bias, x) : undefined,
  ];
}

/** Mean and inverse deviation from the node itself for float32; computed again where the runtime rounds them to that. */
function statistics(c: RuleContext, axes: readonly number[]): Standardized {
  const {
    g,
    node,
    x: [x = ""],
  } = c;
  if (g.typeOf(x) !== "float32") return standardize(g, x, axes, floatAttribute(node, "epsilon", 1e-5));
  const [mean, inverse] = [c.output(1), c.output(2)];
  return { inverse, values: g.mul(g.sub(x, mean), inverse) };
}

/** The sum over `size` neighbouring channels, of which `before` come before each. */
function channelWindow(g: GraphBuilder, value: string, size: number, before: number): string {
  const lined = g.op("Reshape", [value, g.concat([shapeSlice(g, value, 0, 2), g.ints([-1])], 0)]);
  const kernel = g.op("Expand", [g.scalar(1, "float32"), g.ints([1, 1, size, 1])]);
  const sums = g.op("Conv", [g.unsqueeze(lined, [1]), kernel], {
    kernel_shape: [size, 1],
    pads: [before, 0, size - 1 - before, 0],
  });
  return g.op("Reshape", [sums, g.shape(value)]);
}
