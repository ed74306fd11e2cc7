import { OnwardError, show } from "../core/index.ts";
import { activation } from "./activation.ts";
import type { Layer } from "./layer.ts";

/** Options of `gelu`. */
export interface GeluOptions {
  /** "none" for the error function, "tanh" for its approximation by a hyperbolic tangent. Default "none". */
  readonly approximate?: "none" | "tanh";
}

/**
 * Maps each value to x Φ(x), with Φ the standard normal distribution function, or to
 * x / 2 (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) when approximated. The shape stays. The same as PyTorch's `GELU`.
 *
 * @throws OnwardError `usage` when `approximate` is neither "none" nor "tanh"
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.gelu()], { inputShape: [8] }).toModel();
 * ```
 */
export function gelu({ approximate = "none" }: GeluOptions = {}): Layer {
  if (!["none", "tanh"].includes(approximate)) {
    throw new OnwardError("usage", {
      expected: 'approximate to be "none" or "tanh"',
      got: show(approximate),
      where: "gelu",
    });
  }
  return activation("gelu", (g, x) => g.op("Gelu", [x], { approximate }));
}
