import { float } from "../graph/index.ts";
import { activation } from "./activation.ts";
import { number } from "./arguments.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to x for x > 0, and alpha (exp x - 1) below. The shape stays. The same as PyTorch's `ELU`.
 * `alpha` is 1 unless told.
 *
 * @throws OnwardError `usage` when `alpha` is not a finite number
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.elu()], { inputShape: [8] }).toModel();
 * ```
 */
export function elu(alpha = 1): Layer {
  number("elu", "alpha", alpha);
  return activation("elu", (g, x) => g.op("Elu", [x], { alpha: float(alpha) }));
}
