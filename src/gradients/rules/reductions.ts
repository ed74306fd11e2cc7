import { intAttribute, isStatic, numbersOf } from "../../graph/index.ts";
import { castLike, indicator } from "../indicator.ts";
import { expandLike } from "../like.ts";
import { rule, zero, type Entry, type Family, type RuleContext } from "../rule.ts";

/** What the formula of a reduction sees; `y` and `dy` have the reduced axes, with size 1. */
interface Reduction {
  readonly c: RuleContext;
  readonly x: string;
  readonly y: string;
  readonly dy: string;
  /** The inputs and attributes for another reduction over the same axes, which stay with size 1. */
  readonly reduce: (op: string, value: string) => string;
}

/** Reductions over axes. */
export const reductions: Family = {
  // dx = dy
  ReduceSum: reduction(({ c: { g }, x, dy }) => expandLike(g, dy, x)),
  // dx = dy / n
  ReduceMean: reduction(({ c, x, y, dy }) => expandLike(c.g, c.g.div(dy, countOf(c, x, y)), x)),
  // The gradient goes to the largest; where several are, each takes an equal part
  ReduceMax: reduction(extreme),
  ReduceMin: reduction(extreme),
  // dx = product of the others dy: with z zeros and p the product of what is not zero, p / x for z = 0, p at the zero for z = 1
  ReduceProd: reduction(({ c: { g }, x, dy, reduce }) => {
    const isZero = g.equal(x, 0);
    const filled = g.where(isZero, 1, x);
    const p = reduce("ReduceProd", filled);
    const zeros = reduce("ReduceSum", indicator(g, isZero, x));
    const none = g.where(g.equal(zeros, 0), g.div(p, filled), 0);
    const one = g.where(isZero, g.where(g.equal(zeros, 1), p, 0), none);
    return g.mul(dy, one);
  }),
  // dx = sign(x) dy
  ReduceL1: reduction(({ c: { g }, x, dy }) => g.mul(dy, g.op("Sign", [x]))),
  // dx = x / y dy, and 0 where y is 0
  ReduceL2: reduction(({ c: { g }, x, y, dy }) => {
    const nothing = g.equal(y, 0);
    return g.mul(x, g.where(nothing, 0, g.div(dy, g.where(nothing, 1, y))));
  }),
  // dx = dy / sum(x)
  ReduceLogSum: reduction(({ c: { g }, x, dy, reduce }) => expandLike(g, g.div(dy, reduce("ReduceSum", x)), x)),
  // dx = exp(x - y) dy
  ReduceLogSumExp: reduction(({ c: { g }, x, y, dy }) => g.mul(dy, g.exp(g.sub(x, y)))),
  // dx = 2 x dy
  ReduceSumSquare: reduction(({ c: { g }, x, dy }) => g.mul(dy, g.mul(x, 2))),
  // The sum the other way round
  CumSum: rule(({ g, node, x: [, axis = ""], dy: [dy = ""] }) => [
    g.op("CumSum", [dy, axis], {
      exclusive: intAttribute(node, "exclusive", 0),
      reverse: 1 - intAttribute(node, "reverse", 0),
    }),
  ]),
  // dx_i = sum over j >= i of dy_j y_j / x_i, where no value is zero
  CumProd: rule(cumulativeProduct),
  ArgMax: zero,
  ArgMin: zero,
};

function reduction(formula: (r: Reduction) => string): Entry {
  return rule((c) => {
    const {
      g,
      node,
      x: [x = "", axes = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const noop_with_empty_axes = intAttribute(node, "noop_with_empty_axes", 0);
    // Over all axes the result is a scalar, or all ones: both broadcast as they are.
    const kept = intAttribute(node, "keepdims", 1) === 1 || axes === "";
    const restore = (value: string) => (kept ? value : g.op("Unsqueeze", [value, axes]));
    const reduce = (op: string, value: string) =>
      g.op(op, axes === "" ? [value] : [value, axes], { keepdims: 1, noop_with_empty_axes });
    return [formula({ c, x, y: restore(y), dy: restore(dy), reduce })];
  });
}

function extreme({ c: { g }, x, y, dy, reduce }: Reduction): string {
  const winner = indicator(g, g.equal(x, y), x);
  return g.mul(winner, g.div(dy, reduce("ReduceSum", winner)));
}

/** How many values of x went into each of y. */
function countOf({ g, node, constant, shape }: RuleContext, x: string, y: string): string | number {
  const from = shape(x);
  const axes = node.inputs[1];
  if ((axes === undefined || axes === "") && intAttribute(node, "noop_with_empty_axes", 0) === 1) return 1;
  const data = axes === undefined || axes === "" ? undefined : constant(axes);
  const dims =
    data === undefined
      ? axes === undefined || axes === ""
        ? from
        : undefined
      : numbersOf(data).map((axis) => from?.at(axis));
  if (isStatic(dims) && dims.length > 0) return dims.reduce((product, dim) => product * dim, 1);
  return castLike(g, g.div(g.op("Size", [x]), g.op("Size", [y])), x);
}

/**
 * For products p of what is not zero and counts z of the zeros before and at each place: a result with z = 0 depends on every
 * value before it, one with z = 1 on the zero alone.
 */
function cumulativeProduct({ g, node, x: [x = "", axis = ""], dy: [dy = ""] }: RuleContext): readonly string[] {
  const exclusive = intAttribute(node, "exclusive", 0);
  const reverse = intAttribute(node, "reverse", 0);
  const forward = { exclusive, reverse };
  const backward = { exclusive, reverse: 1 - reverse };
  const isZero = g.equal(x, 0);
  const filled = g.where(isZero, 1, x);
  const products = g.op("CumProd", [filled, axis], forward);
  const zeros = g.op("CumSum", [indicator(g, isZero, x), axis], forward);
  const flow = g.mul(dy, products);
  const none = g.op("CumSum", [g.where(g.equal(zeros, 0), flow, 0), axis], backward);
  // Past the first zero and before the second: these results change with the zero alone
  const one = g.op("CumSum", [g.where(g.equal(zeros, 1), flow, 0), axis], backward);
  const first = g.equal(g.op("CumSum", [indicator(g, isZero, x), axis], { reverse }), 1);
  const atZero = g.op("And", [isZero, first]);
  return [g.where(atZero, one, g.where(isZero, 0, g.div(none, filled)))];
}
