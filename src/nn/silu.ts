import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to x / (1 + exp(-x)). The shape stays. The same as PyTorch's `SiLU`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.silu()], { inputShape: [8] }).toModel();
 * ```
 */
export function silu(): Layer {
  return activation("silu", (g, x) => g.mul(x, g.op("Sigmoid", [x])));
}
