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
  pool("uneven padding", input(1, 2, 5, 4), { kernel_shape: [3, 2], strides: [2, 1], pads: [0, 1, 2, 0] }),
  pool("padded, ceil_mode", input(1, 1, 6, 5), {
    kernel_shape: [3, 2],
    strides: [2, 2],
    pads: [1, 0, 1, 1],
    ceil_mode: 1,
  }),
  pool("padded, dilations", input(1, 1, 6, 5), { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 2, 1, 1] }),
  pool("dilations, strides, ceil_mode", input(1, 1, 8, 6), {
    kernel_shape: [2, 2],
    dilations: [2, 3],
    strides: [3, 2],
    ceil_mode: 1,
  }),
  pool("VALID", input(1, 1, 5, 5), { kernel_shape: [2, 3], strides: [2, 1], auto_pad: "VALID" }),
  pool("SAME_UPPER, disjoint", input(1, 1, 5, 3), { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_UPPER" }),
  pool("1x1, strides", input(1, 1, 5, 4), { kernel_shape: [1, 1], strides: [2, 3] }),
  pool("all of it", input(2, 2, 3, 2), { kernel_shape: [3, 2] }),
  pool("1d, padded, ceil_mode", input(1, 2, 6), { kernel_shape: [3], strides: [2], pads: [1, 0], ceil_mode: 1 }),
  pool("1d, dilations", input(1, 2, 7), { kernel_shape: [3], dilations: [2] }),
  pool("1d, SAME_LOWER", input(1, 1, 5), { kernel_shape: [2], strides: [2], auto_pad: "SAME_LOWER" }),
  pool("3d, overlapping, padded", input(1, 1, 4, 3, 4), {
    kernel_shape: [2, 2, 3],
    strides: [2, 1, 2],
    pads: [1, 0, 1, 0, 1, 1],
  }),
  pool("3d, SAME_UPPER", input(1, 1, 3, 4, 2), { kernel_shape: [2, 2, 2], strides: [2, 2, 1], auto_pad: "SAME_UPPER" }),
  pool("3d, ceil_mode", input(1, 1, 3, 4, 2), { kernel_shape: [2, 2, 2], strides: [2, 2, 2], ceil_mode: 1 }),
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
    {
      name: "indices by columns used too, 3d",
      inputs: [spaced(1, 2, 2, 3, 4)],
      attributes: { kernel_shape: [2, 2, 2], storage_order: 1 },
      outputs: 2,
    },
  ],
  MaxUnpool: [
    {
      name: "2x2",
      inputs: [real(1, 1, 2, 2), fed(ints([1, 1, 2, 2], [1, 3, 8, 14]))],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
    {
      name: "output_shape",
      inputs: [real(1, 1, 2, 2), fed(ints([1, 1, 2, 2], [1, 3, 10, 17])), ints([4], [1, 1, 5, 5])],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
    {
      name: "padded",
      inputs: [real(1, 1, 2, 2), fed(ints([1, 1, 2, 2], [0, 2, 3, 8]))],
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
    {
      name: "1d, channels",
      inputs: [real(2, 2, 2), fed(ints([2, 2, 2], [0, 3, 5, 6, 9, 10, 13, 15]))],
      attributes: { kernel_shape: [2], strides: [2] },
    },
    {
      name: "3d",
      inputs: [real(1, 1, 1, 2, 1), fed(ints([1, 1, 1, 2, 1], [3, 12]))],
      attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] },
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
    pool("padding counted, uneven, dilations", real(1, 1, 6, 5), {
      kernel_shape: [2, 3],
      dilations: [2, 2],
      pads: [1, 0, 0, 2],
      count_include_pad: 1,
    }),
    pool("padding counted, SAME_UPPER", real(1, 1, 5, 4), {
      kernel_shape: [2, 3],
      strides: [2, 2],
      auto_pad: "SAME_UPPER",
      count_include_pad: 1,
    }),
    pool("padding counted, 1d, ceil_mode", real(1, 2, 6), {
      kernel_shape: [3],
      strides: [2],
      pads: [1, 0],
      count_include_pad: 1,
      ceil_mode: 1,
    }),
    pool("padding counted, 3d", real(1, 1, 3, 2, 3), {
      kernel_shape: [2, 2, 2],
      strides: [1, 2, 1],
      pads: [1, 0, 1, 0, 1, 0],
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
    pool("order 3, overlapping, padded, 1d", spaced(1, 2, 6), { kernel_shape: [3], strides: [2], pads: [1, 1], p: 3 }),
    pool("order 1, 3d", spaced(1, 1, 2, 4, 2), { kernel_shape: [2, 2, 2], strides: [1, 2, 1], p: 1 }),
  ],
  GlobalAveragePool: whole(real),
  GlobalMaxPool: whole(spaced),
};
