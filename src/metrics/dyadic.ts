/**
 * An exact binary number: `mantissa x 2^exponent`. Every finite float64 is one, and so is every sum, difference and
 * product of them.
 */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

export const zero: Dyadic = { mantissa: 0n, exponent: 0 };

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/** Where the high word of a float64 lies in a pair of 32-bit words: 1 on a little-endian machine. */
export const highWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Takes a finite float64 (or a safe integer) apart, without error. */
export function dyadic(value: number): Dyadic {
  scratch[0] = value;
  const high = words[highWord] as number;
  const low = words[1 - highWord] as number;
  const field = (high >>> 20) & 0x7ff;
  const top = field === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
  const magnitude = top * 2 ** 32 + low;
  return { mantissa: BigInt(high >>> 31 === 1 ? -magnitude : magnitude), exponent: Math.max(field, 1) - 1075 };
}

/** Adds without error. */
export function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  return {
    mantissa: (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent)),
    exponent,
  };
}

/** Multiplies without error. */
export function times(...factors: readonly Dyadic[]): Dyadic {
  let mantissa = 1n;
  let exponent = 0;
  for (const factor of factors) {
    mantissa *= factor.mantissa;
    exponent += factor.exponent;
  }
  return { mantissa, exponent };
}

/** The same number with the sign turned. */
export function minus(a: Dyadic): Dyadic {
  return { mantissa: -a.mantissa, exponent: a.exponent };
}

/** The one form of a number in which the mantissa is odd (or all is zero). */
export function canonical({ mantissa, exponent }: Dyadic): Dyadic {
  if (mantissa === 0n) return zero;
  const trailing = bitLength(mantissa & -mantissa) - 1;
  return { mantissa: mantissa >> BigInt(trailing), exponent: exponent + trailing };
}

/** Rounds to the nearest float64, ties to even; overflow gives infinity, and zero is +0. */
export function toNumber(a: Dyadic): number {
  return quotient(a, { mantissa: 1n, exponent: 0 });
}

/**
 * Divides and rounds once to the nearest float64, ties to even. Overflow gives infinity; x / 0 is infinite, 0 / 0 is NaN.
 */
export function quotient(a: Dyadic, b: Dyadic): number {
  if (b.mantissa === 0n) return a.mantissa === 0n ? NaN : a.mantissa > 0n ? Infinity : -Infinity;
  const negative = a.mantissa < 0n !== b.mantissa < 0n;
  const numerator = absolute(a.mantissa);
  const denominator = absolute(b.mantissa);
  // 66 bits or more of quotient, and one sticky bit below them for what was cut off.
  const shift = Math.max(0, 66 - bitLength(numerator) + bitLength(denominator));
  const shifted = numerator << BigInt(shift);
  const whole = shifted / denominator;
  const sticky = whole * denominator === shifted ? 0n : 1n;
  const magnitude = round((whole << 1n) | sticky, a.exponent - b.exponent - shift - 1);
  return negative && magnitude !== 0 ? -magnitude : magnitude;
}

/**
 * The square root of `a / b`, rounded once to the nearest float64, ties to even.
 *
 * `a / b` must not be negative and `b` not be zero.
 */
export function squareRootOfQuotient(a: Dyadic, b: Dyadic): number {
  const numerator = absolute(a.mantissa);
  const denominator = absolute(b.mantissa);
  if (numerator === 0n) return 0;
  let shift = Math.max(0, 136 - bitLength(numerator) + bitLength(denominator));
  const exponent = a.exponent - b.exponent;
  if ((exponent - shift) % 2 !== 0) shift++;
  const shifted = numerator << BigInt(shift);
  const whole = shifted / denominator;
  const root = integerSquareRoot(whole);
  const sticky = root * root === whole && whole * denominator === shifted ? 0n : 1n;
  return round((root << 1n) | sticky, (exponent - shift) / 2 - 1);
}

/** `mantissa x 2^exponent` as a float64; what lies below the 54th bit only matters as zero or not. */
function round(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const length = bitLength(mantissa);
  const top = length + exponent; // the value is in [2^(top-1), 2^top)
  const precision = Math.min(53, top + 1074);
  if (precision < 0) return 0;
  const drop = length - precision;
  if (drop <= 0) return scale(Number(mantissa), exponent);
  const kept = mantissa >> BigInt(drop);
  const rest = mantissa - (kept << BigInt(drop));
  const half = 1n << BigInt(drop - 1);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return scale(Number(up ? kept + 1n : kept), exponent + drop);
}

/** `integer x 2^exponent`, where the result is a float64 or overflows (then `exponent` is at least -1074). */
function scale(integer: number, exponent: number): number {
  return exponent > 1023 ? Infinity : integer * 2 ** exponent;
}

function integerSquareRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The number of bits of a magnitude: 0 for 0, 3 for 5. */
function bitLength(value: bigint): number {
  const magnitude = absolute(value);
  if (magnitude === 0n) return 0;
  const hex = magnitude.toString(16);
  return hex.length * 4 - (Math.clz32(parseInt(hex.slice(0, 1), 16)) - 28);
}
