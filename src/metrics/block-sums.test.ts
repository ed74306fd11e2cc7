import { expect, test } from "vitest";
import { blockLength, parts, sumBlock, sumSquares } from "./block-sums.ts";
import { dyadic, type Dyadic, plus, times, zero } from "./dyadic.ts";

let state = 11;
const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
const uniform = () => next() + next() * 2 ** -30;

const shapes: Record<string, readonly [draw: () => number, sums: boolean, squares: boolean]> = {
  "between 0 and 1": [uniform, true, true],
  "of both signs": [() => uniform() - 0.5, true, true],
  "over 20 octaves": [() => uniform() * 2 ** -Math.floor(20 * next()), true, true],
  "with zeros": [() => (next() < 0.5 ? 0 : -Math.log(uniform())), true, true],
  "all zero": [() => 0, true, true],
  "all just below a power of two": [() => 2 - 2 ** -52, true, true],
  "large and small by turns": [() => (next() < 0.5 ? 2 ** 40 : uniform()), true, false],
  "too far apart": [() => (next() < 0.5 ? 1 : uniform() * 2 ** -200), false, false],
  "too small to square": [() => (next() < 0.5 ? 1 : 2 ** -450), false, false],
  "near the largest": [() => 1e300 * uniform(), false, false],
  "with a NaN": [() => (next() < 0.3 ? NaN : uniform()), false, false],
  "with infinities": [() => (next() < 0.3 ? Infinity : uniform()), false, false],
};

const total = (values: Iterable<number>, term: (value: Dyadic) => Dyadic) => {
  let sum = zero;
  for (const value of values) sum = plus(sum, term(dyadic(value)));
  return sum;
};
const equal = (a: Dyadic, b: Dyadic) => plus(a, { mantissa: -b.mantissa, exponent: b.exponent }).mantissa === 0n;

test.for(Object.entries(shapes))("numbers %s are added up exactly, or not at all", ([, [draw, sums, squares]]) => {
  for (const length of [64, blockLength]) {
    const values = Float64Array.from({ length }, draw);
    expect(sumBlock(values, 0, length)).toBe(sums);
    if (sums) {
      expect(
        equal(
          total(parts.subarray(0, 3), (value) => value),
          total(values, (value) => value),
        ),
      ).toBe(true);
    }
    expect(sumSquares(values, 0, length)).toBe(squares);
    if (squares) {
      expect(
        equal(
          total(parts, (value) => value),
          total(values, (value) => times(value, value)),
        ),
      ).toBe(true);
    }
  }
});

const singles: Record<string, readonly [draw: () => number, squares: boolean]> = {
  "between 0 and 1": [uniform, true],
  "of both signs": [() => uniform() - 0.5, true],
  "over 30 octaves": [() => uniform() * 2 ** -Math.floor(30 * next()), true],
  "all zero": [() => 0, true],
  "all just below a power of two": [() => 2 - 2 ** -23, true],
  "all the largest": [() => (2 - 2 ** -23) * 2 ** 127, true],
  "all the smallest": [() => 2 ** -149, true],
  "too far apart": [() => (next() < 0.5 ? 1 : uniform() * 2 ** -90), false],
  "with a NaN": [() => (next() < 0.3 ? NaN : uniform()), false],
  "with infinities": [() => (next() < 0.3 ? -Infinity : uniform()), false],
};

test.for(Object.entries(singles))(
  "squares of float32 %s are added up exactly, or not at all",
  ([, [draw, squares]]) => {
    for (const length of [64, blockLength]) {
      const values = Float32Array.from({ length }, draw);
      expect(sumSquares(values, 0, length)).toBe(squares);
      if (!squares) continue;
      expect(
        equal(
          total(parts, (value) => value),
          total(values, (value) => times(value, value)),
        ),
      ).toBe(true);
    }
  },
);
