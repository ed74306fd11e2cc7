import { OnwardError, show } from "../core/index.ts";
import type { Layer } from "./layer.ts";

/**
 * Takes the mean of each channel: samples [channels, d1, ...] become [channels, 1, ...], with the number of axes kept.
 *
 * The same as PyTorch's `AdaptiveAvgPool1d(1)` and `AdaptiveAvgPool2d(1)`; a `flatten` follows as a rule.
 *
 * @throws OnwardError `model` when the samples have no spatial axis
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const head = [nn.globalAveragePool(), nn.flatten(), nn.linear(8, 10)];
 * const model = nn.sequential([nn.conv2d(1, 8, 3), ...head], { inputShape: [1, 28, 28] }).toModel();
 * ```
 */
export function globalAveragePool(): Layer {
  return {
    name: "globalAveragePool",
    emit({ g, input, sampleShape, where }) {
      const [channels, ...spatial] = sampleShape;
      if (channels === undefined || spatial.length === 0) {
        throw new OnwardError("model", {
          expected: "samples of at least 2 dimensions (channels, then spatial)",
          got: show([...sampleShape]),
          where,
        });
      }
      return { value: g.op("GlobalAveragePool", [input]), sampleShape: [channels, ...spatial.map(() => 1)] };
    },
  };
}
