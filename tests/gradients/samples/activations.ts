import { float } from "../../../src/graph/index.ts";
import { ranks } from "../ranks.ts";
import { between, exactly, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const plain = (input: SampleInput): readonly Sample[] => [{ name: "defaults", inputs: [input] }];
const withAlpha = (input: SampleInput, ...alphas: number[]): readonly Sample[] => [
  ...plain(input),
  ...alphas.map((alpha) => ({ name: `alpha ${alpha}`, inputs: [input], attributes: { alpha: float(alpha) } })),
];
const smooth = (...dims: number[]) => between(-3, 3, ...dims);
const gelu: readonly Sample[] = [
  { name: "erf", inputs: [between(-3, 3, 12)] },
  { name: "tanh", inputs: [between(-3, 3, 12)], attributes: { approximate: "tanh" } },
  ...ranks(0, smooth, { name: "erf" }),
  ...ranks(0, smooth, { name: "tanh", attributes: { approximate: "tanh" } }),
];

/** Samples of the rules in activations.ts and softmax.ts. */
export const activations: Readonly<Record<string, readonly Sample[]>> = {
  Relu: ranks(1, spaced),
  LeakyRelu: [...withAlpha(spaced(8), 0.3, -0.5), ...ranks(1, spaced)],
  PRelu: [
    { name: "slope for each channel", inputs: [spaced(2, 3, 2), real(3, 1)] },
    { name: "one slope", inputs: [spaced(2, 4), real(1)] },
    { name: "a scalar slope", inputs: [spaced(2, 4), real()] },
    { name: "a slope for each row", inputs: [spaced(2, 4), real(2, 1)] },
    ...ranks(1, (...dims) => [spaced(...dims), real(...dims)], { name: "a slope for each value" }),
    ...ranks(1, (...dims) => [spaced(...dims), real(dims.at(-1) ?? 1)], { name: "a slope for each column" }),
  ],
  Elu: [...withAlpha(spaced(8), 0.6), ...ranks(1, spaced)],
  Selu: [
    ...ranks(1, spaced),
    { name: "attributes", inputs: [spaced(8)], attributes: { alpha: float(0.7), gamma: float(1.3) } },
  ],
  Celu: [...withAlpha(spaced(8), 0.6, 2), ...ranks(1, spaced)],
  ThresholdedRelu: [
    ...withAlpha(spaced(30), 0.3),
    ...ranks(1, spaced, { name: "alpha -0.15", attributes: { alpha: float(-0.15) } }),
  ],
  Sigmoid: ranks(0, real),
  HardSigmoid: [
    ...ranks(0, (...dims) => between(-2, 2, ...dims)),
    { name: "attributes", inputs: [spaced(20)], attributes: { alpha: float(1 / 1.05), beta: float(0.45 / 1.05) } },
  ],
  HardSwish: [
    ...plain(exactly([6], [-4, -2.5, -0.7, 0.4, 2.1, 5])),
    ...ranks(0, (...dims) => between(-2.9, 2.9, ...dims)),
  ],
  Softplus: ranks(0, (...dims) => between(-4, 4, ...dims)),
  Softsign: ranks(1, spaced),
  Gelu: gelu,
  "com.microsoft:Gelu": ranks(0, smooth),
  Mish: ranks(0, smooth),
  "com.microsoft:QuickGelu": [...withAlpha(smooth(8), 1, -0.8), ...ranks(0, smooth)],
  Shrink: [
    ...plain(exactly([6], [-2, -0.7, -0.3, 0.2, 0.6, 1])),
    { name: "attributes", inputs: [spaced(16)], attributes: { lambd: float(0.3), bias: float(0.1) } },
    ...ranks(1, spaced, { name: "lambd 0.3", attributes: { lambd: float(0.3) } }),
  ],
  Softmax: [
    ...plain(real(3, 4)),
    { name: "axis 1 of 4", inputs: [real(2, 3, 2, 2)], attributes: { axis: 1 } },
    { name: "axis 0", inputs: [real(3, 2)], attributes: { axis: 0 } },
    { name: "axis -2", inputs: [real(3, 2)], attributes: { axis: -2 } },
    { name: "axis -4 of 5", inputs: [real(2, 3, 1, 2, 1)], attributes: { axis: -4 } },
    ...ranks(1, real),
  ],
  LogSoftmax: [
    ...plain(real(3, 4)),
    { name: "axis 1 of 3", inputs: [real(2, 3, 2)], attributes: { axis: 1 } },
    { name: "axis -2", inputs: [real(3, 2)], attributes: { axis: -2 } },
    { name: "axis 0", inputs: [real(3, 2)], attributes: { axis: 0 } },
    { name: "axis -4 of 5", inputs: [real(2, 3, 1, 2, 1)], attributes: { axis: -4 } },
    ...ranks(1, real),
  ],
};
