import type { Sizes } from "./arguments.ts";
import type { Layer } from "./layer.ts";
import { pooling, type PoolingOptions } from "./pooling.ts";

/**
 * Keeps the largest value of each window along one axis: samples [channels, length] become [channels, length'], with
 * length' = floor((length + 2 padding - kernel) / stride) + 1.
 *
 * Padding never wins. The same as PyTorch's `MaxPool1d`.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.maxPool1d(2), nn.flatten()], { inputShape: [3, 100] }).toModel();
 * ```
 */
export function maxPool1d(kernel: Sizes, options: PoolingOptions = {}): Layer {
  return pooling("maxPool1d", "MaxPool", 1, kernel, options, {});
}

/**
 * Keeps the largest value of each window of an image: samples [channels, height, width] become
 * [channels, height', width'], with height' = floor((height + 2 padding - kernel) / stride) + 1, and the width likewise.
 *
 * Padding never wins. The same as PyTorch's `MaxPool2d`.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.maxPool2d(2), nn.flatten()], { inputShape: [1, 28, 28] }).toModel();
 * ```
 */
export function maxPool2d(kernel: Sizes, options: PoolingOptions = {}): Layer {
  return pooling("maxPool2d", "MaxPool", 2, kernel, options, {});
}
