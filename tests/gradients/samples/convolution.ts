import { real, type Sample, type SampleInput } from "../sample.ts";

const conv = (name: string, x: SampleInput, w: SampleInput, attributes = {}): Sample => ({
  name,
  inputs: [x, w, real(w.dims[0] ?? 0)],
  attributes,
});

const transposed = (
  name: string,
  x: SampleInput,
  w: SampleInput,
  attributes: Readonly<Record<string, number | string | number[]>> = {},
): Sample => ({
  name,
  inputs: [x, w, real((w.dims[1] ?? 0) * Number(attributes["group"] ?? 1))],
  attributes: { ...attributes },
});

/** Samples of the rules in convolution.ts and transposed-convolution.ts. */
export const convolution: Readonly<Record<string, readonly Sample[]>> = {
  Conv: [
    conv("3x3", real(2, 2, 5, 4), real(3, 2, 3, 3)),
    { name: "without bias", inputs: [real(1, 1, 4, 4), real(2, 1, 2, 2)] },
    conv("padded", real(1, 2, 4, 4), real(2, 2, 3, 3), { pads: [1, 1, 1, 1] }),
    conv("padded, large map", real(1, 2, 12, 11), real(2, 2, 3, 3), { pads: [1, 1, 1, 1] }),
    conv("uneven padding", real(1, 1, 4, 5), real(1, 1, 3, 2), { pads: [0, 1, 2, 0] }),
    conv("more padding than kernel", real(1, 1, 4, 4), real(1, 1, 2, 2), { pads: [2, 2, 2, 2] }),
    conv("strides that divide", real(2, 1, 5, 5), real(2, 1, 3, 3), { strides: [2, 2] }),
    conv("strides that do not", real(1, 2, 6, 7), real(2, 2, 3, 3), { strides: [2, 3], pads: [1, 1, 1, 1] }),
    conv("dilations", real(1, 1, 6, 6), real(2, 1, 2, 3), { dilations: [2, 2] }),
    conv("dilations, padded, large map", real(1, 1, 13, 12), real(2, 1, 3, 3), {
      dilations: [2, 2],
      pads: [2, 2, 2, 2],
    }),
    conv("groups", real(2, 4, 4, 4), real(6, 2, 3, 3), { group: 2, pads: [1, 1, 1, 1] }),
    conv("depthwise", real(2, 3, 5, 5), real(3, 1, 3, 3), { group: 3, pads: [1, 1, 1, 1] }),
    conv("depthwise, strides", real(1, 3, 6, 6), real(3, 1, 3, 3), { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
    conv("depthwise with a multiplier", real(1, 2, 4, 4), real(4, 1, 3, 3), { group: 2 }),
    conv("depthwise, 5x5", real(2, 2, 6, 7), real(2, 1, 5, 5), { group: 2, pads: [2, 2, 2, 2] }),
    conv("depthwise, 5x3, strides, dilations, a rest, uneven pads", real(2, 3, 14, 9), real(3, 1, 5, 3), {
      group: 3,
      strides: [3, 2],
      dilations: [2, 3],
      pads: [1, 0, 2, 1],
    }),
    conv("depthwise, 5x3, strides, dilations", real(1, 2, 13, 8), real(4, 1, 5, 3), {
      group: 2,
      strides: [2, 3],
      dilations: [2, 1],
      pads: [1, 2, 0, 1],
    }),
    conv("1x1", real(2, 3, 3, 2), real(4, 3, 1, 1)),
    conv("1x1, groups", real(2, 4, 2, 2), real(4, 2, 1, 1), { group: 2 }),
    conv("1x1, strides", real(1, 2, 5, 5), real(3, 2, 1, 1), { strides: [2, 2] }),
    conv("SAME_UPPER", real(1, 1, 5, 5), real(1, 1, 2, 3), { auto_pad: "SAME_UPPER", strides: [2, 2] }),
    conv("SAME_LOWER", real(1, 1, 5, 5), real(1, 1, 2, 3), { auto_pad: "SAME_LOWER" }),
    conv("VALID", real(1, 1, 4, 4), real(1, 1, 3, 3), { auto_pad: "VALID" }),
    conv("1d", real(2, 2, 6), real(3, 2, 3), { pads: [1, 1] }),
    conv("1d, strides", real(2, 2, 7), real(3, 2, 3), { strides: [2] }),
    conv("3d", real(1, 2, 3, 3, 3), real(2, 2, 2, 2, 2)),
    conv("3d, groups, strides", real(1, 2, 4, 4, 3), real(2, 1, 2, 2, 2), { group: 2, strides: [2, 1, 2] }),
  ],
  ConvTranspose: [
    transposed("3x3", real(2, 2, 3, 4), real(2, 3, 3, 3)),
    transposed("strides", real(1, 2, 3, 3), real(2, 2, 3, 3), { strides: [2, 2] }),
    transposed("strides, padding, output_padding", real(1, 2, 3, 3), real(2, 2, 3, 3), {
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      output_padding: [1, 1],
    }),
    transposed("dilations", real(1, 1, 3, 3), real(1, 2, 2, 2), { dilations: [2, 2] }),
    transposed("groups", real(1, 4, 3, 3), real(4, 1, 2, 2), { group: 2 }),
    transposed("output_shape", real(1, 1, 3, 3), real(1, 2, 3, 3), { strides: [2, 2], output_shape: [6, 5] }),
    transposed("SAME_UPPER", real(1, 1, 3, 3), real(1, 2, 3, 3), { strides: [2, 2], auto_pad: "SAME_UPPER" }),
    transposed("SAME_LOWER", real(1, 1, 3, 3), real(1, 2, 2, 3), { strides: [1, 2], auto_pad: "SAME_LOWER" }),
    transposed("VALID", real(1, 1, 3, 3), real(1, 2, 2, 3), { auto_pad: "VALID" }),
    transposed("1d", real(2, 2, 4), real(2, 3, 3), { strides: [2] }),
    transposed("3d", real(1, 1, 2, 2, 2), real(1, 2, 2, 2, 2)),
  ],
};
