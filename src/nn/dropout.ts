import { number } from "./arguments.ts";
import type { Layer } from "./layer.ts";

/**
 * Drops values while training: each becomes zero with probability `p`, the others are divided by 1 - p.
 *
 * In evaluation nothing happens. The shape stays. The same as PyTorch's `Dropout`.
 *
 * @throws OnwardError `usage` when `p` is not in [0, 1]
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.dropout(0.5)], { inputShape: [8] }).toModel();
 * ```
 */
export function dropout(p = 0.5): Layer {
  number("dropout", "p", p, 0, 1);
  return {
    name: "dropout",
    emit: ({ g, input, sampleShape }) => ({
      value: g.op("Dropout", [input, g.scalar(p, "float32")]),
      sampleShape,
    }),
  };
}
