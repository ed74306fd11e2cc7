import { ranks } from "../ranks.ts";
import { between, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const within =
  (low: number, high: number) =>
  (...dims: number[]): SampleInput =>
    between(low, high, ...dims);

/** Samples of the rules in functions.ts. */
export const functions: Readonly<Record<string, readonly Sample[]>> = {
  Abs: ranks(1, spaced),
  Reciprocal: [...ranks(0, within(0.5, 2)), { name: "negative", inputs: [between(-2, -0.5, 2, 2)] }],
  Sqrt: ranks(0, within(0.3, 2)),
  Exp: ranks(0, real),
  Log: ranks(0, within(0.3, 2)),
  Erf: ranks(0, real),
  Sin: ranks(0, real),
  Cos: ranks(0, real),
  Tan: ranks(0, within(-1, 1)),
  Asin: ranks(0, within(-0.8, 0.8)),
  Acos: ranks(0, within(-0.8, 0.8)),
  Atan: ranks(0, real),
  Sinh: ranks(0, real),
  Cosh: ranks(0, real),
  Tanh: ranks(0, real),
  Asinh: ranks(0, real),
  Acosh: ranks(0, within(1.3, 3)),
  Atanh: ranks(0, within(-0.8, 0.8)),
  Identity: ranks(0, real),
};
