import { between, exactly, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const of = (...inputs: SampleInput[]): readonly Sample[] =>
  inputs.map((input) => ({ name: `[${input.dims.join()}]`, inputs: [input] }));

/** Samples of the rules in functions.ts. */
export const functions: Readonly<Record<string, readonly Sample[]>> = {
  Abs: of(spaced(6)),
  Reciprocal: of(between(0.5, 2, 4), between(-2, -0.5, 2, 2)),
  Sqrt: of(between(0.3, 2, 4)),
  Exp: of(real(4)),
  Log: of(between(0.3, 2, 4)),
  Erf: of(real(5)),
  Sin: of(real(4)),
  Cos: of(real(4)),
  Tan: of(between(-1, 1, 4)),
  Asin: of(between(-0.8, 0.8, 4)),
  Acos: of(between(-0.8, 0.8, 4)),
  Atan: of(real(4)),
  Sinh: of(real(4)),
  Cosh: of(real(4)),
  Tanh: of(real(4)),
  Asinh: of(real(4)),
  Acosh: of(between(1.3, 3, 4)),
  Atanh: of(between(-0.8, 0.8, 4)),
  Identity: of(real(2, 2, 2, 2, 2), exactly([], [1])),
};
