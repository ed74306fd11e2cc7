import { fed, ints, real, spaced, between, type Sample, type SampleInput } from "../sample.ts";

const pool = (name: string, x: SampleInput, attributes: Sample["attributes"] & object): Sample => ({
  name,
  inputs: [x],
  attributes,
});

const windows = (input: (...dims: number[]) => SampleInput): readonly Sample[] => [
  pool("2x2", input(2, 2, 4, 4), { kernel_shape: [2, 2], strides: [2, 2] }),
  pool("2x2, odd sizes", input(1, 2, 5, 5), { kernel_shape: [2, 2], strides: [2, 2] }),
  pool("2x2, odd sizes, ceil_mode", input(1, 1, 5, 5), { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  pool("overlapping", input(1, 2, 5, 5), { kernel_shape: [3, 3], strides: [2, 2] }),
  pool("overlapping, padded", input(1, 1, 6, 6), { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  pool("apart", input(1, 1, 7, 7), { kernel_shape: [2, 2], strides: [3, 3] }),
  pool("dilations", input(1, 1, 6, 6), { kernel_shape: [2, 2], dilations: [2, 3] }),
  pool("SAME_UPPER", input(1, 1, 5, 5), { kernel_shape: [2, 3], strides: [2, 1], auto_pad: "SAME_UPPER" }),
  pool("SAME_LOWER", input(1, 1, 5, 5), { kernel_shape: [2, 3], strides: [2, 1], auto_pad: "SAME_LOWER" }),
  pool("1d", input(2, 1, 6), { kernel_shape: [3], strides: [2] }),
  pool("3d, dilations", input(1, 1, 4, 4, 4), { kernel_shape: [2, 2, 2], strides: [1, 1, 1], dilations: [2, 2, 2] }),
  pool("3d", input(1, 1, 4, 4, 4), { kernel_shape: [2, 2, 2], strides: [2, 2, 2] }),
];

const whole = (input: (...dims: number[]) => SampleInput): readonly Sample[] => [
  { name: "images", inputs: [input(2, 2, 3, 2)] },
  { name: "1d", inputs: [input(2, 2, 3)] },
  { name: "3d", inputs: [input(1, 2, 2, 2, 2)] },
];

/** Samples of the rules in pooling.ts. */
export const pooling: Readonly<Record<string, readonly Sample[]>> = {
  MaxPool: [
    ...windows(spaced),
    { name: "indices used too", inputs: [spaced(1, 1, 4, 4)], attributes: { kernel_shape: [2, 2] }, outputs: 2 },
    pool("indices by columns", spaced(1, 2, 5, 4), { kernel_shape: [2, 2], storage_order: 1 }),
  ],
  MaxUnpool: [
    {
      name: "2x2",
      inputs: [real(1, 1, 2, 2), fed(ints([1, 1, 2, 2], [1, 3, 8, 14]))],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
  ],
  AveragePool: [
    ...windows(real),
    pool("padding counted", real(1, 1, 5, 5), {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      count_include_pad: 1,
    }),
    pool("padding counted, ceil_mode", real(1, 1, 6, 6), {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      count_include_pad: 1,
      ceil_mode: 1,
    }),
  ],
  LpPool: [
    ...windows((...dims) => between(0.3, 1, ...dims)),
    pool("order 1", spaced(1, 2, 4, 4), { kernel_shape: [2, 2], p: 1 }),
    pool("order 3", spaced(1, 1, 4, 4), { kernel_shape: [2, 2], p: 3 }),
  ],
  GlobalAveragePool: whole(real),
  GlobalMaxPool: whole(spaced),
};
