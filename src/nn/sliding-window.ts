import { OnwardError, show } from "../core/index.ts";
import { sizes, type Sizes } from "./arguments.ts";

/** How a window slides over the spatial axes, as ONNX's attributes. */
export interface SlidingWindow {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** First the padding at the start of each axis, then that at its end. */
  readonly pads: readonly number[];
}

/** What a layer is told of its window. */
export interface WindowOptions {
  readonly stride?: Sizes | undefined;
  readonly padding?: Sizes | "same" | undefined;
  readonly dilation?: Sizes | undefined;
}

/**
 * Checks and spreads the arguments of a sliding window. "same" pads so that the size stays, as PyTorch's does.
 *
 * @throws OnwardError `usage` when an argument is wrong
 */
export function slidingWindow(layer: string, rank: number, kernel: Sizes, options: WindowOptions): SlidingWindow {
  const kernel_shape = sizes(layer, "kernel", kernel, rank);
  const strides = sizes(layer, "stride", options.stride ?? 1, rank);
  const dilations = sizes(layer, "dilation", options.dilation ?? 1, rank);
  if (options.padding === "same") {
    if (strides.some((stride) => stride !== 1)) {
      throw new OnwardError("usage", { expected: `stride 1 with padding "same"`, got: show(strides), where: layer });
    }
    const total = kernel_shape.map((size, i) => (dilations[i] ?? 1) * (size - 1));
    const before = total.map((padding) => Math.floor(padding / 2));
    return { kernel_shape, strides, dilations, pads: [...before, ...total.map((sum, i) => sum - (before[i] ?? 0))] };
  }
  const padding = sizes(layer, "padding", options.padding ?? 0, rank, 0);
  return { kernel_shape, strides, dilations, pads: [...padding, ...padding] };
}

/**
 * The spatial sizes that come out: floor((size + pads - dilation (kernel - 1) - 1) / stride) + 1.
 *
 * @throws OnwardError `model` when the window does not fit into an axis even once
 */
export function slide(window: SlidingWindow, spatial: readonly number[], where: string): number[] {
  const rank = window.kernel_shape.length;
  return spatial.map((size, i) => {
    const [before = 0, after = 0] = [window.pads[i], window.pads[i + rank]];
    const extent = (window.dilations[i] ?? 1) * ((window.kernel_shape[i] ?? 1) - 1) + 1;
    const room = size + before + after - extent;
    if (room < 0) {
      throw new OnwardError("model", {
        expected: `a size of at least ${extent - before - after} along spatial axis ${i + 1}`,
        got: show(size),
        where,
      });
    }
    return Math.floor(room / (window.strides[i] ?? 1)) + 1;
  });
}

/**
 * Splits a sample's shape into channels and spatial sizes.
 *
 * @throws OnwardError `model` when the rank, or the number of channels where one is expected, does not fit
 */
export function channelsAndSizes(
  sampleShape: readonly number[],
  rank: number,
  where: string,
  expected?: number,
): { channels: number; spatial: readonly number[] } {
  const [channels, ...spatial] = sampleShape;
  if (channels === undefined || spatial.length !== rank) {
    throw new OnwardError("model", {
      expected: `samples of ${rank + 1} dimensions (channels, then ${rank} spatial)`,
      got: show([...sampleShape]),
      where,
    });
  }
  if (expected !== undefined && channels !== expected) {
    throw new OnwardError("model", { expected: `${expected} channels`, got: show(channels), where });
  }
  return { channels, spatial };
}
