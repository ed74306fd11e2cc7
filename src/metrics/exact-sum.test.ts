import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dyadic, minus, plus, quotient, squareRootOfQuotient, times, toNumber } from "./dyadic.ts";
import { ExactSum } from "./exact-sum.ts";

/** Any float64 but NaN and the infinities, of any size, subnormals included. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const values = fc.array(finite, { maxLength: 200 });

/** A second way to add: all numbers as integers of the smallest unit, 2^-1074. */
function unitsOf(value: number): bigint {
  let [mantissa, exponent] = [value, 0];
  while (!Number.isInteger(mantissa)) [mantissa, exponent] = [mantissa * 2, exponent + 1];
  return BigInt(mantissa) * 2n ** BigInt(1074 - exponent);
}

/** Whether no float64 is nearer to `numerator / denominator` (denominator positive), ties going to even. */
function isNearest(result: number, numerator: bigint, denominator: bigint): boolean {
  if (Math.abs(result) === Infinity) {
    const limit = (2n ** 54n - 1n) * 2n ** 970n; // halfway between the largest float64 and 2^1024
    return (result > 0 ? numerator : -numerator) >= limit * denominator;
  }
  const distance = (x: number) => {
    const d = numerator * 2n ** 1074n - unitsOf(x) * denominator;
    return d < 0n ? -d : d;
  };
  const bits = new BigInt64Array(1);
  const view = new Float64Array(bits.buffer);
  for (const step of [-1n, 1n]) {
    view[0] = result === 0 ? 0 : result;
    bits[0]! += step;
    const neighbour = result === 0 ? Number(step) * 2 ** -1074 : view[0];
    if (!Number.isFinite(neighbour)) continue;
    const [here, there] = [distance(result), distance(neighbour)];
    view[0] = result;
    if (there < here || (there === here && (bits[0]! & 1n) === 1n)) return false;
  }
  return true;
}

function sumOf(numbers: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const number of numbers) sum.add(number);
  return sum;
}

describe("the value", () => {
  test("is the correctly rounded sum", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const units = numbers.reduce((total, number) => total + unitsOf(number), 0n);
        expect(isNearest(sumOf(numbers).value(), units, 2n ** 1074n)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [[1e100, 1, -1e100], 1],
    [[2 ** 53, 1], 2 ** 53], // a tie, to even
    [[2 ** 53, 1, 2 ** -1074], 2 ** 53 + 2],
    [[2 ** 53, 3], 2 ** 53 + 4],
    [[5e-324, 5e-324], 1e-323],
    [[2 ** -1074, -(2 ** -1074)], 0],
    [[Number.MAX_VALUE, Number.MAX_VALUE], Infinity],
    [[Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE], Number.MAX_VALUE],
    [[Number.MAX_VALUE, 2 ** 969], Number.MAX_VALUE],
    [[Number.MAX_VALUE, 2 ** 970], Infinity],
    [[], 0],
    [[-0, -0], 0],
  ])("of %j is %d", (numbers, expected) => {
    expect(Object.is(sumOf(numbers).value(), expected)).toBe(true);
  });

  test("is what IEEE 754 says when a number is not finite", () => {
    expect(sumOf([1, Infinity]).value()).toBe(Infinity);
    expect(sumOf([1, -Infinity]).value()).toBe(-Infinity);
    expect(sumOf([Infinity, -Infinity]).value()).toBeNaN();
    expect(sumOf([1, NaN]).value()).toBeNaN();
  });

  test("stays exact past the point where the bins are emptied", () => {
    const sum = new ExactSum();
    const ones = new Float64Array(2 ** 21 + 5).fill(1 + 2 ** -52);
    sum.addAll(ones);
    expect(plus(sum.exact(), minus(times(dyadic(1 + 2 ** -52), dyadic(ones.length)))).mantissa).toBe(0n);
  });

  test("of 200,000 float32 of 0.1 divided by their number is that float32", () => {
    const sum = new ExactSum();
    sum.addAll(new Float32Array(200_000).fill(0.1));
    expect(sum.dividedBy(sumOf([200_000]))).toBe(Math.fround(0.1));
  });
});

test("float32 arrays add as their numbers do", () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 100 }), (array) => {
      const sum = new ExactSum();
      sum.addAll(array);
      expect(sum.toJSON()).toEqual(sumOf([...array]).toJSON());
    }),
  );
});

test("products are exact, those that would overflow, vanish or round too", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, finite), { maxLength: 30 }), (pairs) => {
      const sum = new ExactSum();
      for (const [a, b] of pairs) sum.addProduct(a, b);
      const units = pairs.reduce((total, [a, b]) => total + unitsOf(a) * unitsOf(b), 0n);
      const exact = { mantissa: units, exponent: -2148 };
      expect(plus(sum.exact(), minus(exact)).mantissa).toBe(0n);
    }),
    { numRuns: 300 },
  );
  const infinite = new ExactSum();
  infinite.addProduct(Infinity, 0);
  expect(infinite.value()).toBeNaN();
});

test("products of arrays are the products of their numbers", () => {
  for (const make of [(x: number[]) => Float32Array.from(x), (x: number[]) => Float64Array.from(x)]) {
    const [a, b] = [make([0.1, 3, 1e-30]), make([0.7, -2, 1e-30])];
    const [whole, single] = [new ExactSum(), new ExactSum()];
    whole.addProducts(a, b);
    a.forEach((value, i) => single.addProduct(value, b[i]!));
    expect(whole.toJSON()).toEqual(single.toJSON());
  }
});

describe("the quotient", () => {
  test("is correctly rounded", () => {
    fc.assert(
      fc.property(
        values,
        fc.array(
          finite.filter((x) => x !== 0),
          { minLength: 1, maxLength: 20 },
        ),
        (numerators, denominators) => {
          const [a, b] = [sumOf(numerators), sumOf(denominators.map(Math.abs))];
          const exact = (numbers: number[]) => numbers.reduce((total, x) => total + unitsOf(x), 0n);
          expect(isNearest(a.dividedBy(b), exact(numerators), exact(denominators.map(Math.abs)))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("by zero is what IEEE 754 says", () => {
    expect(sumOf([1]).dividedBy(new ExactSum())).toBe(Infinity);
    expect(sumOf([-1]).dividedBy(new ExactSum())).toBe(-Infinity);
    expect(new ExactSum().dividedBy(new ExactSum())).toBeNaN();
  });
});

test("the square root of a quotient is correctly rounded", () => {
  const positive = finite.map(Math.abs).filter((x) => x > 0);
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const root = squareRootOfQuotient(dyadic(a), dyadic(b));
      if (root === Infinity) {
        expect(Math.sqrt(a) / Math.sqrt(b)).toBe(Infinity);
        return;
      }
      // Between the midpoints to its neighbours, squared: a / b is compared with them exactly.
      const bits = new BigInt64Array(1);
      const view = new Float64Array(bits.buffer);
      for (const step of [-1n, 1n]) {
        view[0] = root;
        bits[0]! += step;
        const middle = times(plus(dyadic(root), dyadic(view[0])), dyadic(0.5));
        const rest = plus(times(middle, middle, dyadic(b)), minus(dyadic(a))).mantissa;
        expect(step > 0n ? rest >= 0n : rest <= 0n).toBe(true);
      }
    }),
  );
  expect(squareRootOfQuotient(dyadic(2), dyadic(1))).toBe(Math.SQRT2);
  expect(squareRootOfQuotient(dyadic(0), dyadic(3))).toBe(0);
});

test("powers of two of the whole range come back", () => {
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    expect(toNumber({ mantissa: 1n, exponent })).toBe(2 ** exponent);
    expect(quotient(dyadic(2 ** exponent), dyadic(1))).toBe(2 ** exponent);
  }
});

describe("the state", () => {
  const any = fc.array(fc.double(), { maxLength: 40 });
  const merged = (...sums: ExactSum[]) => {
    const total = new ExactSum();
    for (const sum of sums) total.merge(sum);
    return total;
  };

  test("does not depend on order, split or merge tree", () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const whole = sumOf([...a, ...b, ...c]).toJSON();
        expect(sumOf([...c, ...b, ...a].reverse()).toJSON()).toEqual(whole);
        expect(merged(merged(sumOf(a), sumOf(b)), sumOf(c)).toJSON()).toEqual(whole);
        expect(merged(sumOf(c), merged(sumOf(b), sumOf(a)), ExactSum.empty).toJSON()).toEqual(whole);
      }),
    );
  });

  test("survives JSON", () => {
    fc.assert(
      fc.property(any, (numbers) => {
        const sum = sumOf(numbers);
        const read = ExactSum.fromJSON(JSON.parse(JSON.stringify(sum)));
        expect(read.toJSON()).toEqual(sum.toJSON());
        expect(Object.is(read.value(), sum.value())).toBe(true);
      }),
    );
  });

  test("is one text for one value, whatever was cancelled on the way", () => {
    expect(sumOf([1e300, 0.5, 0.25, -1e300]).toJSON()).toEqual(sumOf([0.75]).toJSON());
    expect(sumOf([0.75]).toJSON()).toEqual({ sum: "3p-2" });
    expect(sumOf([-4]).toJSON()).toEqual({ sum: "-1p2" });
  });

  test.each([undefined, null, {}, { sum: 3 }, { sum: "xp1" }, { sum: "1p99999" }, { sum: "1p0", nan: -1 }])(
    "is not read from %j",
    (json) => {
      expect(() => ExactSum.fromJSON(json)).toThrow(/^Expected/);
    },
  );

  test("clears", () => {
    const sum = sumOf([1, NaN]);
    sum.clear();
    sum.add(2);
    expect(sum.toJSON()).toEqual(sumOf([2]).toJSON());
    expect(sum.clone().value()).toBe(2);
  });
});
