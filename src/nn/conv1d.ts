import type { Sizes } from "./arguments.ts";
import { convolution, type ConvolutionOptions } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/**
 * Convolves along one axis: samples [inputs, length] become [outputs, length'], with
 * length' = floor((length + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
 *
 * The same as PyTorch's `Conv1d`, its initial values too: uniform in ±1 / sqrt(inputs / groups x kernel).
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.conv1d(2, 8, 3, { padding: 1 })], { inputShape: [2, 100] }).toModel();
 * ```
 */
export function conv1d(inputs: number, outputs: number, kernel: Sizes, options: ConvolutionOptions = {}): Layer {
  return convolution(1, inputs, outputs, kernel, options);
}
