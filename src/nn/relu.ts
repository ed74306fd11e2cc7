import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to max(0, x). The shape stays. The same as PyTorch's `ReLU`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.relu()], { inputShape: [8] }).toModel();
 * ```
 */
export function relu(): Layer {
  return activation("relu", (g, x) => g.op("Relu", [x]));
}
