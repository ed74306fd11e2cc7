/** The most numbers of a block: 2^12 parts of 40 bits add up to 52, which a float64 holds exactly. */
export const blockLength = 2 ** 12;
/** Fewer numbers are not worth a block. */
export const worthABlock = 64;
/** How far apart the three cuts are, in bits: 40 are kept, and one is the sign of what rounding leaves. */
const step = 2 ** -41;

/** Where a block's sum is written: as three numbers, or six for squares, whose exact sum is that of the block. */
export const parts = new Float64Array(6);

/** Squares of a block. */
const squares = new Float64Array(blockLength);

/**
 * Adds up a block of numbers exactly: each is cut into an upper, a middle and a lower part of 40 bits below the largest, by
 * adding and subtracting a large number, and parts of one place add up without rounding. Writes `parts`. False, and nothing is
 * to be used, when that does not hold the numbers: one is not finite, or they are too far apart.
 *
 * Source: Demmel and Nguyen, "Fast reproducible floating-point summation" (2013).
 */
export function sumBlock(values: Float64Array, start: number, end: number): boolean {
  const bound = boundOf(values, start, end, 2 ** 900);
  if (!(bound >= 2 ** -700)) return false;
  const [first, second, third] = [cut(bound), cut(bound * step), cut(bound * step * step)];
  let [a, b, c, left] = [0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    let rest = values[i] as number;
    const upper = rest + first - first;
    rest -= upper;
    const middle = rest + second - second;
    rest -= middle;
    const lower = rest + third - third;
    a += upper;
    b += middle;
    c += lower;
    left += Math.abs(rest - lower);
  }
  parts[0] = a;
  parts[1] = b;
  parts[2] = c;
  return left === 0; // not so with a NaN
}

/** As `sumBlock` for the squares of numbers, of each the rounded square and what rounding took from it. Six `parts`. */
export function sumSquares(values: Float32Array | Float64Array, start: number, end: number): boolean {
  if (values instanceof Float32Array) return sumSingleSquares(values, start, end);
  const bound = boundOf(values, start, end, 2 ** 400);
  if (!(bound >= 2 ** -200)) return false;
  const [first, second, third] = [cut(bound * bound), cut(bound * bound * step), cut(bound * bound * step * step)];
  // Rounding takes at most half of the last of 53 bits.
  const rounded = bound * bound * 2 ** -53;
  const [fourth, fifth, sixth] = [cut(rounded), cut(rounded * step), cut(rounded * step * step)];
  // One by one: V8 puts each new value of a longer pattern on the heap.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let left = 0;
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    const scaled = value * (2 ** 27 + 1);
    const high = scaled - (scaled - value);
    const low = value - high;
    const square = value * value;
    let error = low * low - (square - high * high - 2 * (high * low));
    // Smaller squares would vanish, or their errors would.
    if (square < 2 ** -800 && value !== 0) return false;
    let rest = square;
    const upper = rest + first - first;
    rest -= upper;
    const middle = rest + second - second;
    rest -= middle;
    const lower = rest + third - third;
    a += upper;
    b += middle;
    c += lower;
    left += Math.abs(rest - lower);
    const upperError = error + fourth - fourth;
    error -= upperError;
    const middleError = error + fifth - fifth;
    error -= middleError;
    const lowerError = error + sixth - sixth;
    d += upperError;
    e += middleError;
    f += lowerError;
    left += Math.abs(error - lowerError);
  }
  parts.set([a, b, c, d, e, f]);
  return left === 0;
}

/** A float64 holds the square of a float32 as it is: 48 bits, and none too large or too small. */
function sumSingleSquares(values: Float32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) squares[i - start] = (values[i] as number) * (values[i] as number);
  parts.fill(0, 3);
  return sumBlock(squares, 0, end - start);
}

/** A power of two above all magnitudes, from 2^-700 on for zeros; 0 when there is none up to `most`. */
function boundOf(values: Float64Array, start: number, end: number, most: number): number {
  let max = 0;
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i] as number);
    if (magnitude > max) max = magnitude; // a NaN shows in what is left
  }
  if (!(max <= most)) return 0;
  let bound = 1;
  while (bound <= max) bound *= 2;
  if (max > 0) while (bound > 2 * max && bound > 2 ** -700) bound /= 2;
  return bound;
}

/** What rounds a number below `bound` to 40 bits below it, when it is added and subtracted. */
function cut(bound: number): number {
  return 1.5 * blockLength * bound;
}
