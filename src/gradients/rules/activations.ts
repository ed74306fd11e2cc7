import {
  float,
  floatAttribute,
  inBlocks,
  isStatic,
  stringAttribute,
  type GraphBuilder,
  type Node,
} from "../../graph/index.ts";
import { greaterThan, indicator, lessThan, positive } from "../indicator.ts";
import { broadcasting, unary, zero, type Family } from "../rule.ts";

/** Activations; at a kink the gradient is PyTorch's. */
export const activations: Family = {
  // dx = dy where y > 0
  Relu: unary(({ g, y, dy }) => g.mul(dy, positive(g, y))),
  // dx = dy where x > 0, else alpha dy
  LeakyRelu: unary(({ g, x, dy, node }) => {
    const alpha = floatAttribute(node, "alpha", 0.01);
    return g.mul(dy, g.add(g.mul(positive(g, x), 1 - alpha), alpha));
  }),
  // dx = dy where x > 0, else slope dy; dslope = min(x, 0) dy
  PRelu: broadcasting(({ g, needs, x: [x = "", slope = ""], dy: [dy = ""] }) => {
    const up = positive(g, x);
    return [
      needs(0) ? g.mul(dy, g.add(up, g.mul(slope, g.sub(1, up)))) : undefined,
      needs(1) ? g.mul(dy, g.sub(x, g.op("Relu", [x]))) : undefined,
    ];
  }),
  // dx = dy where x > 0, else alpha exp(x) dy
  Elu: unary(({ g, x, dy, node }) => {
    const alpha = floatAttribute(node, "alpha", 1);
    return g.mul(dy, alpha === 1 ? falling(g, x) : twoSided(g, x, 1, g.mul(falling(g, x), alpha)));
  }),
  // dx = gamma dy where x > 0, else gamma alpha exp(x) dy
  Selu: unary(({ g, x, dy, node }) => {
    const alpha = floatAttribute(node, "alpha", 1.6732631921768188);
    const gamma = floatAttribute(node, "gamma", 1.0507010221481323);
    return g.mul(dy, twoSided(g, x, gamma, g.mul(falling(g, x), gamma * alpha)));
  }),
  // dx = dy where x > 0, else exp(x / alpha) dy
  Celu: unary(({ g, x, dy, node }) => {
    const alpha = floatAttribute(node, "alpha", 1);
    return g.mul(dy, g.exp(g.div(g.sub(x, g.op("Relu", [x])), alpha)));
  }),
  // dx = dy where x > alpha
  ThresholdedRelu: unary(({ g, x, dy, node }) => g.mul(dy, greaterThan(g, x, floatAttribute(node, "alpha", 1)))),
  // dx = y (1 - y) dy
  Sigmoid: unary(({ g, y, dy }) => g.mul(dy, g.mul(y, g.sub(1, y)))),
  // dx = alpha dy where 0 < y < 1
  HardSigmoid: unary(({ g, y, dy, node }) => g.mul(g.mul(dy, floatAttribute(node, "alpha", 0.2)), inside(g, y))),
  // y = x h(x) with h = max(0, min(1, x / 6 + 1 / 2)): dx = (h + x / 6 [0 < h < 1]) dy
  HardSwish: unary(({ g, x, dy }) => {
    const h = g.op("HardSigmoid", [x], { alpha: float(1 / 6), beta: float(0.5) });
    return g.mul(dy, g.add(h, g.mul(g.mul(x, 1 / 6), inside(g, h))));
  }),
  // dx = sigmoid(x) dy
  Softplus: unary(({ g, x, dy }) => g.mul(dy, g.op("Sigmoid", [x]))),
  // dx = dy / (1 + |x|)^2
  Softsign: unary(({ g, x, dy }) => g.div(dy, g.square(g.add(g.op("Abs", [x]), 1)))),
  Gelu: unary(geluGradient),
  "com.microsoft:Gelu": unary(geluGradient),
  // y = x tanh(s) with s = softplus(x): dx = (tanh s + x (1 - tanh^2 s) sigmoid(x)) dy
  Mish: unary(({ g, x, dy }) => {
    const t = g.op("Tanh", [softplus(g, x)]);
    const slope = g.mul(g.mul(x, g.sub(1, g.square(t))), g.op("Sigmoid", [x]));
    return g.mul(dy, g.add(t, slope));
  }),
  "com.microsoft:QuickGelu": unary(({ g, x, dy, node }) =>
    g.mul(dy, swishSlope(g, x, floatAttribute(node, "alpha", 1.702))),
  ),
  // dx = dy where |x| > lambd
  Shrink: unary(({ g, x, dy, node }) =>
    g.mul(dy, indicator(g, g.greater(g.op("Abs", [x]), floatAttribute(node, "lambd", 0.5)), dy)),
  ),
  Hardmax: zero,
};

/** exp(min(x, 0)): 1 on the right, and exp(x) on the left. */
function falling(g: GraphBuilder, x: string): string {
  return g.exp(g.sub(x, g.op("Relu", [x])));
}

/** A number where x > 0, else a value. */
function twoSided(g: GraphBuilder, x: string, right: number, left: string): string {
  const up = positive(g, x);
  return g.add(g.mul(up, right), g.mul(g.sub(1, up), left));
}

/** 1 where 0 < y < 1, else 0. */
function inside(g: GraphBuilder, y: string): string {
  return g.mul(positive(g, y), lessThan(g, y, 1));
}

/** log(1 + exp(x)), finite for all x; the op of that name runs on one thread. */
export function softplus(g: GraphBuilder, x: string): string {
  return g.add(g.op("Relu", [x]), g.op("Log", [g.add(g.exp(g.neg(g.op("Abs", [x]))), 1)]));
}

/** For y = x s with s = sigmoid(alpha x): dy/dx = s + alpha x s (1 - s) = s + alpha y (1 - s) */
function swishSlope(g: GraphBuilder, x: string, alpha: number): string {
  const scaled = alpha === 1 ? x : g.mul(x, alpha);
  const s = g.op("Sigmoid", [scaled]);
  return g.add(s, g.mul(g.mul(scaled, s), g.sub(1, s)));
}

function geluGradient({ g, x, dy, node }: { g: GraphBuilder; x: string; dy: string; node: Node }): string {
  const shape = g.shapeOf(x);
  if (!isStatic(shape)) return g.mul(dy, geluSlope(g, x, node));
  // Nine passes over what may be a model's largest tensors
  const block = (body: GraphBuilder, [part = "", flow = ""]: readonly string[]) => [
    body.mul(flow, geluSlope(body, part, node)),
  ];
  return inBlocks(g, [x, dy], shape, block)[0] ?? "";
}

function geluSlope(g: GraphBuilder, x: string, node: Node): string {
  return stringAttribute(node, "approximate", "none") === "tanh" ? tanhGeluSlope(g, x) : erfGeluSlope(g, x);
}

/**
 * For y = x F(x), F the standard normal distribution with density f: dy/dx = F(x) + x f(x). With z = x / sqrt(2):
 * F(x) = (1 + erf z) / 2, and x f(x) = z exp(-z^2 - log(pi) / 2), which takes the fewest passes.
 */
export function erfGeluSlope(g: GraphBuilder, x: string): string {
  const z = g.mul(x, Math.SQRT1_2);
  // One op in place of a sum and a product; what it clamps to [0, 1] lies there anyway.
  const distribution = g.op("HardSigmoid", [g.op("Erf", [z])], { alpha: float(0.5), beta: float(0.5) });
  return g.add(distribution, g.mul(z, g.exp(g.sub(-Math.log(Math.PI) / 2, g.square(z)))));
}

/** For y = x (1 + t) / 2 with t = tanh(a (x + b x^3)): dy/dx = (1 + t) / 2 + x (1 - t^2) a (1 + 3 b x^2) / 2 */
export function tanhGeluSlope(g: GraphBuilder, x: string): string {
  const a = Math.sqrt(2 / Math.PI);
  const b = 0.044715;
  const square = g.square(x);
  const t = g.op("Tanh", [g.mul(x, g.add(g.mul(square, a * b), a))]);
  const slope = g.mul(x, g.add(g.mul(square, (3 * a * b) / 2), a / 2));
  return g.add(g.mul(g.add(t, 1), 0.5), g.mul(slope, g.sub(1, g.square(t))));
}
