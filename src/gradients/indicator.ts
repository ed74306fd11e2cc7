import { dataTypeNumber, float, type GraphBuilder } from "../graph/index.ts";

/** Casts to the element type of another value; the value itself where it has that type. */
export function castLike(g: GraphBuilder, x: string, like: string): string {
  const type = g.typeOf(like);
  if (type === undefined) return g.castLike(x, like);
  return g.typeOf(x) === type ? x : g.op("Cast", [x], { to: dataTypeNumber(type) });
}

/**
 * 1 where x > 0, else 0.
 *
 * For float32 that is a steep hard sigmoid, max(0, min(1, 2^127 x)), which runs on all threads where Greater and Cast do not.
 * It is exact for all but subnormal numbers, of which it gives a part.
 */
export function positive(g: GraphBuilder, x: string): string {
  return above(g, x, 0, 127);
}

/** 1 where x > bound, else 0. */
export function greaterThan(g: GraphBuilder, x: string, bound: number): string {
  return bound === 0 ? positive(g, x) : above(g, x, bound, 100);
}

/** 1 where x < bound, else 0. */
export function lessThan(g: GraphBuilder, x: string, bound: number): string {
  if (isSteep(g, x, bound)) {
    const steep = { alpha: float(-(2 ** 100)), beta: float(bound * 2 ** 100) };
    return g.op("HardSigmoid", [x], steep);
  }
  return castLike(g, g.less(x, bound), x);
}

/** Scaling by a power of two and one subtraction keep the sign of x - bound exactly. */
function above(g: GraphBuilder, x: string, bound: number, power: number): string {
  if (isSteep(g, x, bound))
    return g.op("HardSigmoid", [x], { alpha: float(2 ** power), beta: float(-bound * 2 ** power) });
  return castLike(g, g.greater(x, bound), x);
}

function isSteep(g: GraphBuilder, x: string, bound: number): boolean {
  return g.typeOf(x) === "float32" && Math.abs(bound) < 2 ** 27;
}

/** 1 where a condition holds, else 0, in the element type of `like`. */
export function indicator(g: GraphBuilder, condition: string, like: string): string {
  return castLike(g, condition, like);
}
