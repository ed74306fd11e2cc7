import { OnwardError, show } from "../core/index.ts";
import { float } from "../graph/index.ts";
import { number, sizes } from "./arguments.ts";
import { constant } from "./initialization.ts";
import type { Layer } from "./layer.ts";

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * Normalises each sample over its last axes: y = (x - mean) / sqrt(variance + eps) x weight + bias.
 *
 * `shape` is that of the last axes, one number for the last alone; mean and variance are taken over them, the variance over
 * their count. The shape stays. The same as PyTorch's `LayerNorm`.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the samples do not end in `shape`
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(8, 16), nn.layerNorm(16)], { inputShape: [8] }).toModel();
 * ```
 */
export function layerNorm(shape: number | readonly number[], { eps = 1e-5 }: LayerNormOptions = {}): Layer {
  const dims = sizes("layerNorm", "shape", shape, typeof shape === "number" ? 1 : Math.max(1, shape.length));
  number("layerNorm", "eps", eps, 0);
  return {
    name: "layerNorm",
    emit({ g, input, sampleShape, where, parameter }) {
      const tail = sampleShape.slice(-dims.length);
      if (tail.join() !== dims.join()) {
        throw new OnwardError("model", {
          expected: `samples that end in ${show(dims)}`,
          got: show(sampleShape),
          where,
        });
      }
      const weight = parameter("weight", () => constant(dims, 1));
      const bias = parameter("bias", () => constant(dims, 0));
      const attributes = { axis: -dims.length, epsilon: float(eps) };
      return { value: g.op("LayerNormalization", [input, weight, bias], attributes), sampleShape };
    },
  };
}
