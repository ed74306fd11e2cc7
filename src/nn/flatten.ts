import { elementCount } from "../core/index.ts";
import type { Layer } from "./layer.ts";

/**
 * Turns each sample into a row: samples [d1, d2, ...] become [d1 d2 ...]. The same as PyTorch's `Flatten`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.flatten(), nn.linear(784, 10)], { inputShape: [28, 28] }).toModel();
 * ```
 */
export function flatten(): Layer {
  return {
    name: "flatten",
    emit: ({ g, input, sampleShape }) => ({
      value: g.op("Flatten", [input], { axis: 1 }),
      sampleShape: [elementCount(sampleShape)],
    }),
  };
}
