import { between, constant, exactly, fed, ints, real, spaced, type Sample } from "../sample.ts";

const binary: readonly Sample[] = [
  { name: "same shape", inputs: [real(2, 3), real(2, 3)], batch: [0, 1] },
  { name: "row", inputs: [real(2, 3, 2), real(3, 1)] },
  { name: "scalar on the left", inputs: [real(), real(4)] },
  { name: "both ways, rank 5", inputs: [real(2, 1, 2, 1, 2), real(1, 2, 1, 2, 1)] },
];

const many: readonly Sample[] = [
  { name: "one", inputs: [spaced(3)] },
  { name: "three, broadcasting", inputs: [spaced(2, 3), between(-0.01, 0.01, 3), between(0.14, 0.16, 1, 1)] },
];

/** Samples of the rules in elementwise.ts. */
export const elementwise: Readonly<Record<string, readonly Sample[]>> = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: [
    { name: "same shape", inputs: [real(2, 3), between(0.5, 2, 2, 3)] },
    { name: "row", inputs: [real(2, 3), between(-2, -0.5, 3)] },
    { name: "scalar", inputs: [real(), between(0.5, 2, 4)], batch: [1] },
  ],
  Neg: [{ name: "vector", inputs: [real(4)] }],
  Mod: [
    {
      name: "fmod",
      inputs: [exactly([4], [5.3, -5.3, 0.7, 2.2]), exactly([4], [2, 2, -3, 0.8])],
      attributes: { fmod: 1 },
    },
  ],
  Pow: [
    { name: "both", inputs: [between(0.5, 2, 2, 3), real(2, 3)] },
    { name: "broadcasting", inputs: [between(0.5, 2, 2, 3), real(3)] },
    ...[2, 3, 1, 0.5, -1, 2.5, 0].map((power) => ({
      name: `constant ${power}`,
      inputs: [between(0.5, 2, 3), constant(exactly([], [power]))],
    })),
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
  ],
  Where: [
    { name: "same shape", inputs: [ints([4], [1, 0, 1, 0], "bool"), real(4), real(4)], batch: [1, 2] },
    { name: "broadcasting", inputs: [fed(ints([2, 1], [1, 0], "bool")), real(3), real(2, 3)] },
  ],
};
