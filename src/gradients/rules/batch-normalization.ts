import { elementCount } from "../../core/index.ts";
import { floatAttribute, intAttribute, isStatic, type GraphBuilder } from "../../graph/index.ts";
import { castLike } from "../indicator.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { perChannel } from "./normalizations.ts";

/** Batch normalisation: y = v scale + bias, with v = (x - mean) inverse and inverse = 1 / sqrt(variance + epsilon). */
export const batchNormalization: Family = {
  BatchNormalization: rule((c) => (intAttribute(c.node, "training_mode", 0) === 1 ? training(c) : inference(c))),
};

/**
 * With the batch's own statistics, which depend on x: dx = scale inverse (dy - mean(dy) - v mean(dy v)). The sums that this
 * needs are the gradients of bias and scale. The running statistics pass nothing back.
 *
 * With c = x - mean in the place of v = c inverse, no pass over memory is spent on v: v mean(dy v) = c inverse^2 mean(dy c).
 */
function training(context: RuleContext): (string | undefined)[] {
  const {
    g,
    needs,
    rank,
    x: [x = "", scale = ""],
    dy: [dy],
  } = context;
  if (dy === undefined) return [];
  const axes = [0, ...spatial(rank(x))];
  const wide = (value: string) => perChannel(g, value, rank(x));
  const { mean, inverse } = batchStatistics(context, axes);
  const centred = g.sub(x, wide(mean));
  const moment = g.sum(g.mul(dy, centred), axes);
  const dbias = g.sum(dy, axes);
  const dx = () => {
    const count = valuesPerChannel(g, x, scale);
    const pull = g.mul(g.square(inverse), g.div(moment, count));
    const flow = g.sub(g.sub(dy, wide(g.div(dbias, count))), g.mul(centred, wide(pull)));
    return g.mul(flow, wide(g.mul(scale, inverse)));
  };
  return [needs(0) ? dx() : undefined, g.mul(moment, inverse), dbias];
}

/**
 * Each channel's mean and inverse deviation. A node of momentum 0, whose new running statistics are the batch's own, tells them;
 * for any other they are computed.
 */
function batchStatistics(
  { g, node, output, x: [x = ""] }: RuleContext,
  axes: readonly number[],
): { mean: string; inverse: string } {
  const epsilon = floatAttribute(node, "epsilon", 1e-5);
  const told = floatAttribute(node, "momentum", 0.9) === 0;
  const mean = told ? output(1) : g.mean(x, axes);
  const variance = told ? output(2) : g.mean(g.square(g.sub(x, g.mean(x, axes, 1))), axes);
  return { mean, inverse: g.reciprocal(g.sqrt(g.add(variance, epsilon))) };
}

/** How many values share a mean: a number where the shape is known. */
function valuesPerChannel(g: GraphBuilder, x: string, scale: string): string | number {
  const shape = g.shapeOf(x);
  if (isStatic(shape)) return elementCount(shape.toSpliced(1, 1));
  return castLike(g, g.div(g.op("Size", [x]), g.op("Size", [scale])), x);
}

/** With given statistics: each channel is scaled and shifted. */
function inference({ g, node, needs, rank, x, dy: [dy = ""] }: RuleContext): (string | undefined)[] {
  const [input = "", scale = "", , mean = "", variance = ""] = x;
  const others = [0, ...spatial(rank(input))];
  const wide = (value: string) => perChannel(g, value, rank(input));
  const inverse = g.reciprocal(g.sqrt(g.add(variance, floatAttribute(node, "epsilon", 1e-5))));
  const slope = () => g.mul(scale, inverse);
  const sum = needs(2) || needs(3) ? g.sum(dy, others) : "";
  // The sum of dy (x - mean)
  const moment = needs(1) || needs(4) ? g.sum(g.mul(dy, g.sub(input, wide(mean))), others) : "";
  return [
    needs(0) ? g.mul(dy, wide(slope())) : undefined,
    needs(1) ? g.mul(moment, inverse) : undefined,
    needs(2) ? sum : undefined,
    needs(3) ? g.neg(g.mul(sum, slope())) : undefined,
    needs(4) ? g.mul(g.mul(g.mul(moment, slope()), g.square(inverse)), -0.5) : undefined,
  ];
}

function spatial(rank: number): number[] {
  return Array.from({ length: rank - 2 }, (_, i) => i + 2);
}
