import { checkNumber, checkOptionNames } from "../core/index.ts";
import { learningRate as readLearningRate } from "./learning-rate.ts";
import type { Optimizer, Schedule } from "./optimizer.ts";

/** Options of `rmsprop`. */
export interface RmspropOptions {
  /** Default 0.01. */
  readonly learningRate?: Schedule | undefined;
  /** How much of the mean squared gradient is kept from step to step. Default 0.99. */
  readonly alpha?: number | undefined;
  /** Added to the root of the mean squared gradient. Default 1e-8. */
  readonly eps?: number | undefined;
  /** How much of the last direction is kept; 0, the default, keeps none. */
  readonly momentum?: number | undefined;
  /** Divides by the deviation of the gradient: its mean square less the square of its mean. Default false. */
  readonly centered?: boolean | undefined;
  /** Adds this much of the parameter to its gradient. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Descends along the gradient over the root of its mean square.
 *
 * With gradient g, parameter p, rate r, decay d and momentum m:
 *
 * - g' = g + d p
 * - v' = alpha v + (1 - alpha) g'^2
 * - u = sqrt(v') + eps; `centered`: a' = a + (1 - alpha) (g' - a), u = sqrt(v' - a'^2) + eps
 * - p' = p - r g' / u, with momentum b' = m b + g' / u, p' = p - r b'
 *
 * Where rounding makes v' - a'^2 negative, its magnitude is taken; PyTorch gives NaN there. State: `square_avg`, v; `grad_avg`, a,
 * if centered; `momentum_buffer`, b, where m is not 0. The same as PyTorch's `RMSprop`. From Hinton's lecture 6e of "Neural
 * Networks for Machine Learning" (2012); centered from "Generating Sequences With Recurrent Neural Networks" (Graves, 2013).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { rmsprop } from "onward/optimizers";
 * const optimizer = rmsprop({ learningRate: 1e-3, momentum: 0.9 });
 * optimizer.slots; // ["square_avg", "momentum_buffer"]
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const where = "rmsprop";
  checkOptionNames(where, options, ["learningRate", "alpha", "eps", "momentum", "centered", "weightDecay"]);
  const { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  const rate = readLearningRate(where, options.learningRate ?? 0.01);
  checkNumber(where, "alpha", alpha, { least: 0, most: 1 });
  for (const [name, value] of Object.entries({ eps, momentum, weightDecay }))
    checkNumber(where, name, value, { least: 0 });
  return {
    name: where,
    options: { learningRate: rate.record, alpha, eps, momentum, centered, weightDecay },
    slots: ["square_avg", ...(centered ? ["grad_avg"] : []), ...(momentum === 0 ? [] : ["momentum_buffer"])],
    elementwise: true,
    learningRate: rate.at,
    scalars: (step, factor = 1) => ({ learningRate: factor * rate.at(step) }),
    emit(g, { parameter, gradient, state, scalars }) {
      const { square_avg: square = "", grad_avg: mean = "", momentum_buffer: buffer = "" } = state;
      const descend = (direction: string) => g.sub(parameter, g.mul(direction, scalars["learningRate"] ?? ""));
      const decayed = weightDecay === 0 ? gradient : g.add(gradient, g.mul(parameter, weightDecay));
      const newSquare = g.add(g.mul(square, alpha), g.mul(g.mul(decayed, 1 - alpha), decayed));
      const kept: Record<string, string> = { square_avg: newSquare };
      let spread = newSquare;
      if (centered) {
        kept["grad_avg"] = g.add(mean, g.mul(g.sub(decayed, mean), 1 - alpha));
        spread = g.op("Abs", [g.sub(newSquare, g.square(kept["grad_avg"]))]);
      }
      const scaled = g.div(decayed, g.add(g.sqrt(spread), eps));
      if (momentum === 0) return { parameter: descend(scaled), state: kept };
      kept["momentum_buffer"] = g.add(g.mul(buffer, momentum), scaled);
      return { parameter: descend(kept["momentum_buffer"]), state: kept };
    },
  };
}
