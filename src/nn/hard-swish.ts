import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to x min(max(x + 3, 0), 6) / 6. The shape stays. The same as PyTorch's `Hardswish`.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.hardSwish()], { inputShape: [8] }).toModel();
 * ```
 */
export function hardSwish(): Layer {
  return activation("hardSwish", (g, x) => g.op("HardSwish", [x]));
}
