import { checkNumber, checkOptionNames } from "../core/index.ts";
import { checkBetas } from "./adam-step.ts";
import { learningRate as readLearningRate } from "./learning-rate.ts";
import type { Optimizer, Schedule } from "./optimizer.ts";

/** Options of `lion`. */
export interface LionOptions {
  /** Default 1e-4: every element moves by the whole of it, so it is smaller than that of `adamw`. */
  readonly learningRate?: Schedule | undefined;
  /** How much of the mean gradient enters the direction, and how much is kept from step to step. Default [0.9, 0.99]. */
  readonly betas?: readonly [number, number] | undefined;
  /** How strongly parameters are pulled to zero. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Descends by the sign of a mixture of the gradient and its mean.
 *
 * With gradient g, parameter p, rate r and decay d:
 *
 * - c = beta1 m + (1 - beta1) g
 * - p' = p - r (sign(c) + d p)
 * - m' = beta2 m + (1 - beta2) g
 *
 * The sign of 0 is 0. State: `exp_avg`, m; half of what Adam keeps. From "Symbolic Discovery of Optimization Algorithms" (Chen
 * et al., 2023), algorithm 2; PyTorch has none.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { lion } from "onward/optimizers";
 * const optimizer = lion({ learningRate: 1e-4, weightDecay: 0.1 });
 * optimizer.slots; // ["exp_avg"]
 * ```
 */
export function lion(options: LionOptions = {}): Optimizer {
  const where = "lion";
  checkOptionNames(where, options, ["learningRate", "betas", "weightDecay"]);
  const rate = readLearningRate(where, options.learningRate ?? 1e-4);
  const betas = checkBetas(where, options.betas ?? [0.9, 0.99]);
  const weightDecay = checkNumber(where, "weightDecay", options.weightDecay ?? 0, { least: 0 });
  return {
    name: where,
    options: { learningRate: rate.record, betas, weightDecay },
    slots: ["exp_avg"],
    elementwise: true,
    learningRate: rate.at,
    scalars: (step, factor = 1) => ({ learningRate: factor * rate.at(step) }),
    emit(g, { parameter, gradient, state, scalars }) {
      const mean = state["exp_avg"] ?? "";
      // Both mixtures are steps from the mean towards the gradient.
      const way = g.sub(gradient, mean);
      const sign = g.op("Sign", [g.add(mean, g.mul(way, 1 - betas[0]))]);
      const update = weightDecay === 0 ? sign : g.add(sign, g.mul(parameter, weightDecay));
      return {
        parameter: g.sub(parameter, g.mul(update, scalars["learningRate"] ?? "")),
        state: { exp_avg: g.add(mean, g.mul(way, 1 - betas[1])) },
      };
    },
  };
}
