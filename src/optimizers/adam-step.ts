import { checkNumber, OnwardError, show } from "../core/index.ts";
import type { GraphBuilder } from "../graph/index.ts";
import { learningRate, type LearningRate } from "./learning-rate.ts";
import type { Schedule, UpdateInputs, UpdateOutputs } from "./optimizer.ts";

/** Options of `adam` and `adamw`. */
export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: Schedule | undefined;
  /** How much of the mean gradient and of the mean squared gradient is kept from step to step. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the mean squared gradient. Default 1e-8. */
  readonly eps?: number | undefined;
  /** How strongly parameters are pulled to zero. */
  readonly weightDecay?: number | undefined;
}

/** The names of the options. */
export const adamOptionNames = ["learningRate", "betas", "eps", "weightDecay"];

/** The options, checked and complete. */
export interface AdamSettings {
  readonly rate: LearningRate;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
}

/** Checks the options. @throws OnwardError `usage` when one is out of its range */
export function adamSettings(where: string, options: AdamOptions, defaultDecay: number): AdamSettings {
  const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = defaultDecay } = options;
  const given: unknown = betas;
  if (!Array.isArray(given) || given.length !== 2)
    throw new OnwardError("usage", { expected: "betas to be two numbers", got: show(given), where });
  return {
    rate: learningRate(where, options.learningRate ?? 1e-3),
    betas: [
      checkNumber(where, "betas[0]", betas[0], { least: 0, below: 1 }),
      checkNumber(where, "betas[1]", betas[1], { least: 0, below: 1 }),
    ],
    eps: checkNumber(where, "eps", eps, { least: 0 }),
    weightDecay: checkNumber(where, "weightDecay", weightDecay, { least: 0 }),
  };
}

/** The tensors that a step keeps, by PyTorch's names. */
export const adamSlots = ["exp_avg", "exp_avg_sq"] as const;

/**
 * The scalars of a step, counted from 0: with t = step + 1, c1 = 1 - beta1^t and c2 = 1 - beta2^t,
 * stepSize = rate sqrt(c2) / c1 and epsilon = eps sqrt(c2).
 */
export function adamScalars(
  { rate, betas, eps }: AdamSettings,
  step: number,
  factor: number,
): { stepSize: number; epsilon: number } {
  const root = Math.sqrt(1 - betas[1] ** (step + 1));
  return { stepSize: (rate.at(step) * factor * root) / (1 - betas[0] ** (step + 1)), epsilon: eps * root };
}

/**
 * Emits a step of Adam: m' = m + (1 - beta1) (g - m), v' = beta2 v + (1 - beta2) g g,
 * p' = p - stepSize m' / (sqrt(v') + epsilon).
 *
 * PyTorch divides sqrt(v') by sqrt(c2) and then adds eps; here both sides are multiplied by sqrt(c2), in the scalars, which
 * saves a pass over memory.
 */
export function adamStep(
  g: GraphBuilder,
  { parameter, gradient, state, scalars }: UpdateInputs,
  [beta1, beta2]: readonly [number, number],
): UpdateOutputs {
  const [mean = "", square = ""] = adamSlots.map((slot) => state[slot]);
  const { stepSize = "", epsilon = "" } = scalars;
  const newMean = g.add(mean, g.mul(g.sub(gradient, mean), 1 - beta1));
  const newSquare = g.add(g.mul(square, beta2), g.mul(g.mul(gradient, 1 - beta2), gradient));
  const update = g.div(g.mul(newMean, stepSize), g.add(g.sqrt(newSquare), epsilon));
  return { parameter: g.sub(parameter, update), state: { exp_avg: newMean, exp_avg_sq: newSquare } };
}
