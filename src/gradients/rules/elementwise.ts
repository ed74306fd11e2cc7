import { elementCount } from "../../core/index.ts";
import { numbersOf } from "../../graph/index.ts";
import { castLike, greaterThan, indicator, lessThan } from "../indicator.ts";
import { broadcasting, rule, unary, type Family, type RuleContext } from "../rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** Arithmetic, elementwise and broadcasting. */
export const elementwise: Family = {
  // d(a + b) = da + db
  Add: broadcasting(({ dy: [dy] }) => [dy, dy]),
  // d(a - b) = da - db
  Sub: broadcasting(({ g, needs, dy: [dy = ""] }) => [dy, needs(1) ? g.neg(dy) : undefined]),
  // d(a b) = b da + a db
  Mul: broadcasting(({ g, needs, x: [a = "", b = ""], dy: [dy = ""] }) => [
    needs(0) ? g.mul(dy, b) : undefined,
    needs(1) ? g.mul(dy, a) : undefined,
  ]),
  // d(a / b) = da / b - (a / b) / b db
  Div: broadcasting(({ g, needs, x: [, b = ""], y: [y = ""], dy: [dy = ""] }) => {
    const quotient = g.div(dy, b);
    return [quotient, needs(1) ? g.neg(g.mul(quotient, y)) : undefined];
  }),
  // d(-x) = -dx
  Neg: unary(({ g, dy }) => g.neg(dy)),
  // d mod(a, b) = da - trunc or floor(a / b) db: the remainder is a - n b with n piecewise constant
  Mod: broadcasting(({ g, needs, x: [a = "", b = ""], y: [y = ""], dy: [dy = ""] }) => [
    dy,
    needs(1) ? g.mul(dy, g.neg(g.op("Round", [g.div(g.sub(a, y), b)]))) : undefined,
  ]),
  Pow: broadcasting(({ needs, ...c }) => [
    needs(0) ? powerBase(c) : undefined,
    needs(1) ? powerExponent(c) : undefined,
  ]),
  // d sum(x_i) = sum dx_i
  Sum: broadcasting(({ x, dy: [dy] }) => x.map(() => dy)),
  // d mean(x_i) = sum dx_i / n
  Mean: broadcasting(({ g, x, dy: [dy = ""] }) => {
    const share = g.div(dy, x.length);
    return x.map(() => share);
  }),
  // The gradient goes to the largest; where several are, each takes an equal part
  Max: broadcasting(extreme),
  Min: broadcasting(extreme),
  // dx where min < x < max; below and above, to the bound
  Clip: rule((c) => {
    const {
      g,
      needs,
      x,
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const [, least = "", most = ""] = x;
    const below = least === "" ? undefined : bounded(c, least, greaterThan, (at) => g.greater(y, at));
    const beyond = most === "" ? undefined : bounded(c, most, lessThan, (at) => g.less(y, at));
    let inside = dy;
    if (below !== undefined) inside = g.mul(inside, below);
    if (beyond !== undefined) inside = g.mul(inside, beyond);
    const sum = (gradient: string, i: number) => sumToShape(g, gradient, x[i] ?? "", y);
    const without = (gradient: string, mask: string) => g.sub(gradient, g.mul(gradient, mask));
    // Where the bounds cross, the upper one is the result
    const free = beyond === undefined ? dy : g.mul(dy, beyond);
    return [
      inside,
      below !== undefined && needs(1) ? sum(without(free, below), 1) : undefined,
      beyond !== undefined && needs(2) ? sum(without(dy, beyond), 2) : undefined,
    ];
  }),
  // da where the condition holds, db where it does not
  Where: broadcasting(({ g, needs, x: [condition = ""], dy: [dy = ""] }) => [
    undefined,
    needs(1) ? g.where(condition, dy, 0) : undefined,
    needs(2) ? g.where(condition, 0, dy) : undefined,
  ]),
};

type Parts = Omit<RuleContext, "needs">;

/** da = b a^(b - 1) dy */
function powerBase({ g, constant, x: [a = "", b = ""], y: [y = ""], dy: [dy = ""] }: Parts): string {
  const data = constant(b);
  const exponent = data !== undefined && elementCount(data.dims) === 1 ? numbersOf(data)[0] : undefined;
  if (exponent === 2) return g.mul(dy, g.mul(a, 2));
  if (exponent === 3) return g.mul(dy, g.mul(g.mul(a, a), 3));
  if (exponent === 1) return dy;
  if (exponent === 0.5) return g.div(g.mul(dy, 0.5), y);
  if (exponent === -1) return g.neg(g.mul(dy, g.mul(y, y)));
  const power = castLike(g, b, a);
  if (exponent !== undefined) return g.mul(dy, g.mul(g.pow(a, exponent - 1), exponent));
  // 0 a^-1 is 0, for a = 0 too
  const slope = g.mul(g.pow(a, g.sub(power, 1)), power);
  return g.where(g.equal(power, 0), 0, g.mul(dy, slope));
}

/** db = y ln(a) dy, and 0 for a = 0 */
function powerExponent({ g, x: [a = ""], y: [y = ""], dy: [dy = ""] }: Parts): string {
  const nothing = g.equal(a, 0);
  return g.where(nothing, 0, g.mul(dy, g.mul(y, g.op("Log", [g.where(nothing, 1, a)]))));
}

function extreme({ g, needs, x, y: [y = ""], dy: [dy = ""] }: RuleContext): (string | undefined)[] {
  if (x.length === 1) return [dy];
  const winners = x.map((value) => indicator(g, g.equal(value, y), y));
  const share = g.div(
    dy,
    winners.reduce((sum, winner) => g.add(sum, winner)),
  );
  return winners.map((winner, i) => (needs(i) ? g.mul(share, winner) : undefined));
}

/** Where the result lies strictly inside of a bound. */
function bounded(
  { g, constant, y: [y = ""] }: RuleContext,
  bound: string,
  atNumber: (g: RuleContext["g"], x: string, bound: number) => string,
  atValue: (bound: string) => string,
): string {
  const data = constant(bound);
  const value = data === undefined ? undefined : numbersOf(data)[0];
  return value !== undefined && Number.isFinite(value) ? atNumber(g, y, value) : indicator(g, atValue(bound), y);
}
