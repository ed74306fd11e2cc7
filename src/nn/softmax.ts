import { OnwardError, show } from "../core/index.ts";
import type { Layer } from "./layer.ts";

/** Options of `softmax`. */
export interface SoftmaxOptions {
  /** The axis of a batch along which the results add up to 1; 0 is the batch itself and not allowed. Default -1, the last. */
  readonly axis?: number;
}

/**
 * Maps values to shares: exp(x) / sum of exp(x) along an axis. The shape stays. The same as PyTorch's `Softmax(dim=axis)`.
 *
 * The criterion `crossEntropy` takes scores before the softmax.
 *
 * @throws OnwardError `usage` when the axis is not an integer; `model` when the samples have no such axis
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.softmax()], { inputShape: [8] }).toModel();
 * ```
 */
export function softmax({ axis = -1 }: SoftmaxOptions = {}): Layer {
  if (!Number.isSafeInteger(axis)) {
    throw new OnwardError("usage", { expected: "axis to be an integer", got: show(axis), where: "softmax" });
  }
  return {
    name: "softmax",
    emit({ g, input, sampleShape, where }) {
      const rank = sampleShape.length + 1;
      const index = axis < 0 ? axis + rank : axis;
      if (index < 1 || index >= rank) {
        throw new OnwardError("model", {
          expected: `an axis in [1, ${rank}) or [${1 - rank}, 0)`,
          got: show(axis),
          where,
        });
      }
      return { value: g.op("Softmax", [input], { axis }), sampleShape };
    },
  };
}
