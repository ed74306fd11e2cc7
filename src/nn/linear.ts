import { OnwardError, show } from "../core/index.ts";
import { integer } from "./arguments.ts";
import { fanInUniform } from "./initialization.ts";
import type { Layer } from "./layer.ts";

/** Options of `linear`. */
export interface LinearOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
}

/**
 * Maps the last axis linearly: y = x Wᵀ + b, with W of shape [outputs, inputs].
 *
 * Samples [..., inputs] become [..., outputs]. Initial weights and biases are uniform in ±1 / sqrt(inputs), as those of
 * PyTorch's `Linear`.
 *
 * @throws OnwardError `usage` when a count is not a positive integer; `model` when the features do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.linear(4, 3)], { inputShape: [4], seed: 7 }).toModel();
 * ```
 */
export function linear(inputs: number, outputs: number, { bias = true }: LinearOptions = {}): Layer {
  integer("linear", "inputs", inputs);
  integer("linear", "outputs", outputs);
  return {
    name: "linear",
    emit({ g, input, sampleShape, where, parameter }) {
      const features = sampleShape.at(-1);
      if (features === undefined) {
        throw new OnwardError("model", {
          expected: `${inputs} features`,
          got: "samples that are single numbers",
          where,
        });
      }
      if (features !== inputs) {
        const advice =
          sampleShape.length > 1 && sampleShape.reduce((a, b) => a * b, 1) === inputs
            ? { advice: "put nn.flatten() before it" }
            : {};
        throw new OnwardError("model", { expected: `${inputs} features`, got: show(features), where, ...advice });
      }
      const weight = parameter("weight", (random) => fanInUniform(random, [outputs, inputs], inputs));
      const added = bias ? [parameter("bias", (random) => fanInUniform(random, [outputs], inputs))] : [];
      const shape = [...sampleShape.slice(0, -1), outputs];
      if (sampleShape.length === 1)
        return { value: g.op("Gemm", [input, weight, ...added], { transB: 1 }), sampleShape: shape };
      const product = g.matMul(input, g.transpose(weight, [1, 0]));
      return { value: added.reduce((sum, term) => g.add(sum, term), product), sampleShape: shape };
    },
  };
}
