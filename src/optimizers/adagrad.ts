import { checkNumber, checkOptionNames } from "../core/index.ts";
import { learningRate as readLearningRate } from "./learning-rate.ts";
import type { Optimizer, Schedule } from "./optimizer.ts";

/** Options of `adagrad`. */
export interface AdagradOptions {
  /** Default 0.01. */
  readonly learningRate?: Schedule | undefined;
  /** Divides the learning rate by 1 + this times the number of steps before. Default 0. */
  readonly learningRateDecay?: number | undefined;
  /** What the sum of squared gradients starts with. Default 0. */
  readonly initialAccumulator?: number | undefined;
  /** Added to the root of the sum. Default 1e-10. */
  readonly eps?: number | undefined;
  /** Adds this much of the parameter to its gradient. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Descends along the gradient over the root of the sum of all its squares so far.
 *
 * With gradient g, parameter p, rate r, rate decay c, decay d and step s = 0, 1, ...:
 *
 * - g' = g + d p
 * - v' = v + g'^2, v being `initialAccumulator` before the first step
 * - p' = p - r / (1 + c s) g' / (sqrt(v') + eps)
 *
 * State: `sum`, v. The same as PyTorch's `Adagrad`. From "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization" (Duchi, Hazan and Singer, 2011).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { adagrad } from "onward/optimizers";
 * const optimizer = adagrad({ learningRate: 0.1, learningRateDecay: 0.01 });
 * optimizer.scalars(100); // { learningRate: 0.05 }
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const where = "adagrad";
  const names = ["learningRate", "learningRateDecay", "initialAccumulator", "eps", "weightDecay"];
  checkOptionNames(where, options, names);
  const { learningRateDecay = 0, initialAccumulator = 0, eps = 1e-10, weightDecay = 0 } = options;
  const rate = readLearningRate(where, options.learningRate ?? 0.01);
  for (const [name, value] of Object.entries({ learningRateDecay, initialAccumulator, eps, weightDecay }))
    checkNumber(where, name, value, { least: 0 });
  return {
    name: where,
    options: { learningRate: rate.record, learningRateDecay, initialAccumulator, eps, weightDecay },
    slots: ["sum"],
    elementwise: true,
    learningRate: rate.at,
    // State starts at zeros: what the sum starts with is added in the first step.
    scalars: (step, factor = 1) => ({
      learningRate: (factor * rate.at(step)) / (1 + learningRateDecay * step),
      ...(initialAccumulator === 0 ? {} : { initial: step === 0 ? initialAccumulator : 0 }),
    }),
    emit(g, { parameter, gradient, state, scalars }) {
      const { learningRate = "", initial = "" } = scalars;
      const before = state["sum"] ?? "";
      const decayed = weightDecay === 0 ? gradient : g.add(gradient, g.mul(parameter, weightDecay));
      const sum = g.add(initialAccumulator === 0 ? before : g.add(before, initial), g.square(decayed));
      const direction = g.div(decayed, g.add(g.sqrt(sum), eps));
      return { parameter: g.sub(parameter, g.mul(direction, learningRate)), state: { sum } };
    },
  };
}
