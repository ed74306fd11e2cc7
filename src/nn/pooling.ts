import { OnwardError, show } from "../core/index.ts";
import type { AttributeInputs } from "../graph/index.ts";
import type { Sizes } from "./arguments.ts";
import type { Layer } from "./layer.ts";
import { channelsAndSizes, slide, slidingWindow } from "./sliding-window.ts";

/** Options of a pooling layer. A size is one number for every spatial axis, or one each. */
export interface PoolingOptions {
  /** Steps of the window. Default: the kernel, so that windows do not overlap. */
  readonly stride?: Sizes;
  /** Padding on both sides of each axis, at most half the kernel. Default 0. */
  readonly padding?: Sizes;
}

/** A pooling layer over `rank` spatial axes, by an ONNX op. */
export function pooling(
  name: string,
  op: string,
  rank: number,
  kernel: Sizes,
  { stride = kernel, padding = 0 }: PoolingOptions,
  attributes: AttributeInputs,
): Layer {
  const window = slidingWindow(name, rank, kernel, { stride, padding });
  if (window.kernel_shape.some((size, i) => 2 * (window.pads[i] ?? 0) > size)) {
    throw new OnwardError("usage", {
      expected: "padding of at most half the kernel",
      got: show(padding),
      where: name,
    });
  }
  const { kernel_shape, strides, pads } = window;
  return {
    name,
    emit({ g, input, sampleShape, where }) {
      const { channels, spatial } = channelsAndSizes(sampleShape, rank, where);
      return {
        value: g.op(op, [input], { kernel_shape, strides, pads, ...attributes }),
        sampleShape: [channels, ...slide(window, spatial, where)],
      };
    },
  };
}
