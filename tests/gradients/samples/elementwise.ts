import { broadcasting, ranks } from "../ranks.ts";
import { between, constant, exactly, fed, ints, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const binary: readonly Sample[] = [
  { name: "same shape", inputs: [real(2, 3), real(2, 3)], batch: [0, 1] },
  ...broadcasting(real, real),
];

const many: readonly Sample[] = [
  { name: "one", inputs: [spaced(3)] },
  { name: "three, broadcasting", inputs: [spaced(2, 3), between(-0.01, 0.01, 3), between(0.14, 0.16, 1, 1)] },
  // Of rank 1 to 5 and of none, where values of the second operand lie between those of the first, or far from them
  ...broadcasting(spaced, (...dims) => between(-0.01, 0.01, ...dims)).filter(({ inputs: [first] }) => evenly(first)),
  ...broadcasting((...dims) => between(2, 3, ...dims), spaced),
];

/** Whether spaced values keep off zero. */
function evenly(input: SampleInput | undefined): boolean {
  return (input?.dims ?? []).reduce((count, dim) => count * dim, 1) % 2 === 0;
}

/** Conditions of which every third holds. */
function flags(...dims: number[]): SampleInput {
  return fed({
    ...ints(dims, [], "bool"),
    fill: (_, count) => Array.from({ length: count }, (_, i) => Number(i % 3 === 0)),
  });
}

const positive = (...dims: number[]) => between(0.5, 2, ...dims);

/** Samples of the rules in elementwise.ts. */
export const elementwise: Readonly<Record<string, readonly Sample[]>> = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: [
    { name: "same shape", inputs: [real(2, 3), between(0.5, 2, 2, 3)] },
    { name: "negative divisors", inputs: [real(2, 3), between(-2, -0.5, 3)] },
    { name: "scalar, open size on the right", inputs: [real(), positive(4)], batch: [1] },
    ...broadcasting(real, positive),
  ],
  Neg: ranks(0, real),
  Mod: [
    {
      name: "fmod",
      inputs: [exactly([4], [5.3, -5.3, 0.7, 2.2]), exactly([4], [2, 2, -3, 0.8])],
      attributes: { fmod: 1 },
    },
    // Quotients between 2 and 3, or -3 and -2
    ...broadcasting(
      (...dims) => between(2.1, 2.4, ...dims),
      (...dims) => between(0.85, 1, ...dims),
      { attributes: { fmod: 1 } },
    ),
    {
      name: "fmod, negative dividends",
      inputs: [between(-2.4, -2.1, 2, 3), between(0.85, 1, 3)],
      attributes: { fmod: 1 },
    },
  ],
  Pow: [
    { name: "both", inputs: [between(0.5, 2, 2, 3), real(2, 3)] },
    ...broadcasting(positive, real),
    ...[2, 3, 1, 0.5, -1, 2.5, 0].map((power) => ({
      name: `constant ${power}`,
      inputs: [between(0.5, 2, 3), constant(exactly([], [power]))],
    })),
    ...[2, 3, -1].map((power) => ({
      name: `constant ${power}, negative bases`,
      inputs: [between(-2, -0.5, 3), constant(exactly([], [power]))],
    })),
    { name: "constant 2, of a rank above the base's", inputs: [real(3), constant(exactly([1, 1], [2]))], batch: [] },
    { name: "two constants", inputs: [between(0.5, 2, 3, 2), constant(exactly([2], [2, 3]))] },
    { name: "two integer constants", inputs: [between(0.5, 2, 3, 2), ints([2], [3, 1], "int32")], only: "float32" },
    { name: "column of constants", inputs: [between(0.5, 2, 2), constant(exactly([2, 1], [0.5, -1]))] },
    { name: "constant base", inputs: [constant(exactly([], [1.7])), real(2, 3)], batch: [1] },
    { name: "integer exponents", inputs: [between(-2, -0.5, 3), fed(ints([3], [0, 2, 3]))], only: "float32" },
  ],
  Sum: many.concat({ name: "two", inputs: [real(2, 3), real(3)] }),
  Mean: many.concat({ name: "two", inputs: [real(2, 3), real(3)] }),
  Max: many,
  Min: many,
  Clip: [
    { name: "constants", inputs: [spaced(6), constant(exactly([], [-0.3])), constant(exactly([], [0.3]))] },
    { name: "relu6", inputs: [between(-3, 9, 12), constant(exactly([], [0])), constant(exactly([], [6]))] },
    { name: "least alone", inputs: [spaced(6), constant(exactly([], [0]))] },
    { name: "most alone", inputs: [spaced(6), undefined, constant(exactly([], [0.15]))] },
    { name: "bounds with gradients", inputs: [spaced(6), exactly([], [-0.3]), exactly([], [0.3])] },
    { name: "bounds that cross", inputs: [spaced(6), exactly([], [0.3]), exactly([], [-0.3])] },
    { name: "no bounds", inputs: [spaced(6)] },
    { name: "most alone, with a gradient", inputs: [spaced(6), undefined, exactly([], [0.15])] },
    ...ranks(0, (...dims) => [between(-1, -0.4, ...dims), exactly([], [-0.35]), exactly([], [0.3])], { name: "below" }),
    ...ranks(1, (...dims) => [spaced(...dims), exactly([], [-0.15]), exactly([], [0.15])]),
  ],
  Where: [
    { name: "same shape", inputs: [ints([4], [1, 0, 1, 0], "bool"), real(4), real(4)], batch: [1, 2] },
    { name: "broadcasting", inputs: [fed(ints([2, 1], [1, 0], "bool")), real(3), real(2, 3)] },
    { name: "a condition larger than both", inputs: [fed(ints([2, 3], [1, 0, 0, 1, 1, 0], "bool")), real(), real(3)] },
    ...broadcasting(flags, real).map(({ name, inputs }) => ({
      name: `condition and values ${name}`,
      inputs: [...inputs, ...inputs.slice(1)],
    })),
    ...broadcasting(real, real).map(({ name, inputs }) => ({
      name: `${name}, one condition`,
      inputs: [fed(ints([], [0], "bool")), ...inputs],
      batch: [1],
    })),
  ],
};
