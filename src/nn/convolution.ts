import { OnwardError, show } from "../core/index.ts";
import { integer, type Sizes } from "./arguments.ts";
import { fanInUniform } from "./initialization.ts";
import type { Layer } from "./layer.ts";
import { channelsAndSizes, slide, slidingWindow } from "./sliding-window.ts";

/** Options of a convolution. A size is one number for every spatial axis, or one each. */
export interface ConvolutionOptions {
  /** Steps of the window. Default 1. */
  readonly stride?: Sizes;
  /** Zeros on both sides of each axis, or "same" to keep the size (stride 1). Default 0. */
  readonly padding?: Sizes | "same";
  /** Distance between the kernel's taps. Default 1. */
  readonly dilation?: Sizes;
  /** Channels are split into this many groups that do not mix. Default 1. */
  readonly groups?: number;
  /** Whether a bias is added for each output channel. Default true. */
  readonly bias?: boolean;
}

/** A convolution over `rank` spatial axes. */
export function convolution(
  rank: number,
  inputs: number,
  outputs: number,
  kernel: Sizes,
  { groups = 1, bias = true, ...options }: ConvolutionOptions,
): Layer {
  const name = `conv${rank}d`;
  integer(name, "input channels", inputs);
  integer(name, "output channels", outputs);
  integer(name, "groups", groups);
  if (inputs % groups !== 0 || outputs % groups !== 0) {
    throw new OnwardError("usage", {
      expected: `groups to divide ${inputs} input and ${outputs} output channels`,
      got: show(groups),
      where: name,
    });
  }
  const window = slidingWindow(name, rank, kernel, options);
  return {
    name,
    emit({ g, input, sampleShape, where, parameter }) {
      const { spatial } = channelsAndSizes(sampleShape, rank, where, inputs);
      const out = slide(window, spatial, where);
      const dims = [outputs, inputs / groups, ...window.kernel_shape];
      const fanIn = dims.slice(1).reduce((product, dim) => product * dim, 1);
      const weight = parameter("weight", (random) => fanInUniform(random, dims, fanIn));
      const added = bias ? [parameter("bias", (random) => fanInUniform(random, [outputs], fanIn))] : [];
      return {
        value: g.op("Conv", [input, weight, ...added], { ...window, group: groups }),
        sampleShape: [outputs, ...out],
      };
    },
  };
}
