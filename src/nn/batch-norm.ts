import { OnwardError, show } from "../core/index.ts";
import { float, tensorData } from "../graph/index.ts";
import { integer, number } from "./arguments.ts";
import { constant } from "./initialization.ts";
import type { Layer } from "./layer.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The share of the newest batch in the running statistics, as PyTorch counts it. Default 0.1. */
  readonly momentum?: number;
  /** Whether scale and shift are learnt. Default true. */
  readonly affine?: boolean;
}

/**
 * Normalises each channel: y = (x - mean) / sqrt(variance + eps) x weight + bias.
 *
 * In evaluation the statistics are the running ones; in training those of the batch, and the running ones move towards them.
 * Samples are [features] or [features, d1, ...]; the shape stays. The same as PyTorch's `BatchNorm1d` and `BatchNorm2d`.
 * ONNX's attribute `momentum` is 1 minus PyTorch's.
 *
 * @throws OnwardError `usage` when an argument is wrong; `model` when the channels do not fit
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.sequential([nn.conv2d(1, 8, 3), nn.batchNorm(8), nn.relu()], { inputShape: [1, 28, 28] }).toModel();
 * ```
 */
export function batchNorm(
  features: number,
  { eps = 1e-5, momentum = 0.1, affine = true }: BatchNormOptions = {},
): Layer {
  integer("batchNorm", "features", features);
  number("batchNorm", "eps", eps, 0);
  number("batchNorm", "momentum", momentum, 0, 1);
  return {
    name: "batchNorm",
    emit({ g, input, sampleShape, where, parameter, buffer }) {
      if (sampleShape[0] !== features) {
        throw new OnwardError("model", { expected: `${features} channels`, got: show(sampleShape[0]), where });
      }
      // Without affine, the scale is computed: an initializer would be taken for a parameter.
      const filled = (value: number) =>
        g.op("ConstantOfShape", [g.ints([features])], { value: tensorData("float32", [1], [value]) });
      const tensor = (name: string, value: number) => parameter(name, () => constant([features], value));
      const statistic = (name: string, value: number) => buffer(name, constant([features], value));
      const scale = affine ? tensor("weight", 1) : filled(1);
      const shift = affine ? tensor("bias", 0) : filled(0);
      const value = g.op(
        "BatchNormalization",
        [input, scale, shift, statistic("running_mean", 0), statistic("running_var", 1)],
        { epsilon: float(eps), momentum: float(1 - momentum) },
      );
      return { value, sampleShape };
    },
  };
}
