import { float } from "../../../src/graph/index.ts";
import { between, exactly, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const plain = (input: SampleInput): readonly Sample[] => [{ name: "defaults", inputs: [input] }];
const withAlpha = (input: SampleInput, ...alphas: number[]): readonly Sample[] => [
  ...plain(input),
  ...alphas.map((alpha) => ({ name: `alpha ${alpha}`, inputs: [input], attributes: { alpha: float(alpha) } })),
];
const gelu: readonly Sample[] = [
  { name: "erf", inputs: [between(-3, 3, 12)] },
  { name: "tanh", inputs: [between(-3, 3, 12)], attributes: { approximate: "tanh" } },
];

/** Samples of the rules in activations.ts and softmax.ts. */
export const activations: Readonly<Record<string, readonly Sample[]>> = {
  Relu: plain(spaced(2, 5)),
  LeakyRelu: withAlpha(spaced(8), 0.3),
  PRelu: [
    { name: "slope for each channel", inputs: [spaced(2, 3, 2), real(3, 1)] },
    { name: "one slope", inputs: [spaced(2, 4), real(1)] },
  ],
  Elu: withAlpha(spaced(8), 0.6),
  Selu: [
    ...plain(spaced(8)),
    { name: "attributes", inputs: [spaced(8)], attributes: { alpha: float(0.7), gamma: float(1.3) } },
  ],
  Celu: withAlpha(spaced(8), 0.6, 2),
  ThresholdedRelu: withAlpha(spaced(30), 0.3),
  Sigmoid: plain(real(6)),
  HardSigmoid: [
    ...plain(between(-2, 2, 8)),
    { name: "attributes", inputs: [spaced(20)], attributes: { alpha: float(1 / 1.05), beta: float(0.45 / 1.05) } },
  ],
  HardSwish: plain(exactly([6], [-4, -2.5, -0.7, 0.4, 2.1, 5])),
  Softplus: plain(between(-4, 4, 8)),
  Softsign: plain(spaced(6)),
  Gelu: gelu,
  "com.microsoft:Gelu": gelu.slice(0, 1),
  Mish: plain(between(-3, 3, 8)),
  "com.microsoft:QuickGelu": withAlpha(between(-3, 3, 8), 1),
  Shrink: [
    ...plain(exactly([6], [-2, -0.7, -0.3, 0.2, 0.6, 1])),
    { name: "attributes", inputs: [spaced(16)], attributes: { lambd: float(0.3), bias: float(0.1) } },
  ],
  Softmax: [
    ...plain(real(3, 4)),
    { name: "axis 1 of 4", inputs: [real(2, 3, 2, 2)], attributes: { axis: 1 } },
    { name: "axis 0", inputs: [real(3, 2)], attributes: { axis: 0 } },
  ],
  LogSoftmax: [
    ...plain(real(3, 4)),
    { name: "axis 1 of 3", inputs: [real(2, 3, 2)], attributes: { axis: 1 } },
    { name: "axis -2", inputs: [real(3, 2)], attributes: { axis: -2 } },
  ],
};
