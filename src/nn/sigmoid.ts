import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to 1 / (1 + exp(-x)). The shape stays. The same as PyTorch's `Sigmoid`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.sigmoid()], { inputShape: [8] }).toModel();
 * ```
 */
export function sigmoid(): Layer {
  return activation("sigmoid", (g, x) => g.op("Sigmoid", [x]));
}
