import { expect, test } from "vitest";
import { Random } from "../core/index.ts";
import { exp } from "./exp.ts";

const bits = 1400n;

/** A float64 as an integer of 2^-bits; it has no finer parts for what is tested. */
function fixed(value: number): bigint {
  const [mantissa, exponent] = [value * 2 ** 52, 52n];
  return Number.isInteger(mantissa)
    ? BigInt(mantissa) << (bits - exponent)
    : BigInt(mantissa * 2 ** 52) << (bits - 104n);
}

/** exp(x) of a number, as an integer of 2^-bits: the Taylor series of x / 2^16, squared 16 times. */
function exact(x: number): bigint {
  const small = fixed(x) >> 16n;
  let [term, sum] = [1n << bits, 0n];
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = (term * small) / (n << bits);
  }
  for (let i = 0; i < 16; i++) sum = (sum * sum) >> bits;
  return sum;
}

/** How far a float64 is from the exact value, in units of its last place. */
function unitsOff(value: number, truth: bigint): number {
  const exponent = Math.floor(Math.log2(value));
  const shift = Math.max(exponent - 52, -1074);
  const steps = value * 2 ** Math.min(1000, -shift) * 2 ** Math.max(0, -shift - 1000);
  const difference = (BigInt(steps) << (bits + BigInt(shift))) - truth;
  return Math.abs(Number((difference << 20n) >> (bits + BigInt(shift)))) / 2 ** 20;
}

test.each([
  ["of a softmax", (random: Random) => -20 * random.uniform()],
  ["near 0", (random: Random) => (random.uniform() - 0.5) / 64],
  ["large", (random: Random) => random.uniform(-700, 30)],
  ["of rounded logits", (random: Random) => -random.integer(4000) / 100],
])("arguments %s come within 0.51 units of the last place", (_, draw) => {
  const random = new Random(1, "exp");
  let missed = 0;
  for (let i = 0; i < 400; i++) {
    const x = draw(random);
    const off = unitsOff(exp(x), exact(x));
    expect(off, String(x)).toBeLessThan(0.51);
    if (off > 0.5) missed++;
  }
  expect(missed).toBeLessThan(5);
});

test("subnormal results, ends and what is no number", () => {
  expect([exp(0), exp(-0), exp(1), exp(-Infinity), exp(Infinity), exp(NaN)]).toEqual([1, 1, Math.E, 0, Infinity, NaN]);
  expect([exp(-745.2), exp(-745), exp(-1e9), exp(709.79), exp(1e9)]).toEqual([0, 5e-324, 0, Infinity, Infinity]);
  for (const x of [-745, -740, -730, -709, -708.5, -708, -693.5, -693, 693, 693.5, 709, 709.7]) {
    expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(Math.max(5e-324, Math.exp(x) * 2 ** -52));
  }
});

test("never falls where its argument grows", () => {
  const random = new Random(2, "exp");
  for (let i = 0; i < 20_000; i++) {
    const x = random.uniform(-30, 1);
    expect(exp(x + Math.abs(x) * 2 ** -52)).toBeGreaterThanOrEqual(exp(x));
  }
});
