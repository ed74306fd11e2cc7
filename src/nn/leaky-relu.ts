import { float } from "../graph/index.ts";
import { activation } from "./activation.ts";
import { number } from "./arguments.ts";
import type { Layer } from "./layer.ts";

/**
 * Maps each value to x for x >= 0, and slope x below. The shape stays. The same as PyTorch's `LeakyReLU`.
 * `slope` is 0.01 unless told.
 *
 * @throws OnwardError `usage` when `slope` is not a finite number
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.leakyRelu()], { inputShape: [8] }).toModel();
 * ```
 */
export function leakyRelu(slope = 0.01): Layer {
  number("leakyRelu", "slope", slope);
  return activation("leakyRelu", (g, x) => g.op("LeakyRelu", [x], { alpha: float(slope) }));
}
