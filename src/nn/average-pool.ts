import type { Sizes } from "./arguments.ts";
import type { Layer } from "./layer.ts";
import { pooling, type PoolingOptions } from "./pooling.ts";

/** Options of average pooling. */
export interface AveragePoolOptions extends PoolingOptions {
  /** Whether the zeros of the padding count in a window's mean. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

/**
 * Takes the mean of each window along one axis: samples [channels, length] become [channels, length'], with
 * length' = floor((length + 2 padding - kernel) / stride) + 1. The same as PyTorch's `AvgPool1d`.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.averagePool1d(2), nn.flatten()], { inputShape: [3, 100] }).toModel();
 * ```
 */
export function averagePool1d(kernel: Sizes, options: AveragePoolOptions = {}): Layer {
  return averagePool(1, kernel, options);
}

/**
 * Takes the mean of each window of an image: samples [channels, height, width] become [channels, height', width'], with
 * height' = floor((height + 2 padding - kernel) / stride) + 1, and the width likewise. The same as PyTorch's `AvgPool2d`.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.averagePool2d(2), nn.flatten()], { inputShape: [1, 28, 28] }).toModel();
 * ```
 */
export function averagePool2d(kernel: Sizes, options: AveragePoolOptions = {}): Layer {
  return averagePool(2, kernel, options);
}

function averagePool(rank: number, kernel: Sizes, { countIncludePad = true, ...options }: AveragePoolOptions): Layer {
  const attributes = { count_include_pad: countIncludePad ? 1 : 0 };
  return pooling(`averagePool${rank}d`, "AveragePool", rank, kernel, options, attributes);
}
