import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to tanh x. The shape stays. The same as PyTorch's `Tanh`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.tanh()], { inputShape: [8] }).toModel();
 * ```
 */
export function tanh(): Layer {
  return activation("tanh", (g, x) => g.op("Tanh", [x]));
}
