import type { Sizes } from "./arguments.ts";
import { convolution, type ConvolutionOptions } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/**
 * Convolves images: samples [inputs, height, width] become [outputs, height', width'], with
 * height' = floor((height + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, and the width likewise.
 *
 * The same as PyTorch's `Conv2d`, its initial values too: uniform in ±1 / sqrt(inputs / groups x kernel area).
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.conv2d(3, 8, 3, { stride: 2, padding: 1 })], { inputShape: [3, 32, 32] }).toModel();
 * ```
 */
export function conv2d(inputs: number, outputs: number, kernel: Sizes, options: ConvolutionOptions = {}): Layer {
  return convolution(2, inputs, outputs, kernel, options);
}
