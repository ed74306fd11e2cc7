/** A rational number, for a witness that shares no code with what it checks. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const words = new DataView(new ArrayBuffer(8));

/** A finite float64, exactly: by the fields of its bits. */
export function rational(value: number): Rational {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(field, 1) - 1075;
  const numerator = (bits >> 63n === 1n ? -mantissa : mantissa) << BigInt(Math.max(exponent, 0));
  return { numerator, denominator: 1n << BigInt(Math.max(-exponent, 0)) };
}

export function multiply(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** The sum; denominators are powers of two, and brought to the largest. */
export function total(values: readonly Rational[]): Rational {
  const denominator = values.reduce((most, value) => (value.denominator > most ? value.denominator : most), 1n);
  const numerator = values.reduce((sum, value) => sum + value.numerator * (denominator / value.denominator), 0n);
  return { numerator, denominator };
}

/** The float64 next to a / b, ties to the even one. */
export function rounded(a: Rational, b: Rational): number {
  const negative = a.numerator < 0n !== b.numerator < 0n && a.numerator !== 0n;
  const absolute = (x: bigint) => (x < 0n ? -x : x);
  const [top, bottom] = [absolute(a.numerator * b.denominator), absolute(a.denominator * b.numerator)];
  if (top === 0n) return 0;
  // The exponent of the last of 53 digits, but not below the smallest subnormal's.
  let exponent = top.toString(2).length - bottom.toString(2).length - 53;
  const scaled = (e: number): [bigint, bigint] => (e >= 0 ? [top, bottom << BigInt(e)] : [top << BigInt(-e), bottom]);
  for (;;) {
    const [n, d] = scaled(exponent);
    if (n / d >= 1n << 53n) exponent++;
    else break;
  }
  exponent = Math.max(exponent, -1074);
  const [n, d] = scaled(exponent);
  let digits = n / d;
  const rest = 2n * (n % d);
  if (rest > d || (rest === d && digits % 2n === 1n)) digits += 1n;
  // In two steps, as 2^exponent alone may be too small or too large for a float64; neither step rounds but to infinity.
  const half = Math.trunc(exponent / 2);
  const value =
    exponent < -1022
      ? Number(digits) * 2 ** -1022 * 2 ** (exponent + 1022)
      : Number(digits) * 2 ** half * 2 ** (exponent - half);
  return negative ? -value : value;
}
