import { checkNumber, checkOptionNames, OnwardError, show } from "../core/index.ts";
import type { GraphBuilder } from "../graph/index.ts";
import { learningRate, type LearningRate } from "./learning-rate.ts";
import type { Schedule, UpdateInputs, UpdateOutputs } from "./optimizer.ts";

/** Options of `lamb`, and of `adam` and `adamw` but for one. */
export interface MomentOptions {
  /** Default 1e-3. */
  readonly learningRate?: Schedule | undefined;
  /** How much of the mean gradient and of the mean squared gradient is kept from step to step. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the mean squared gradient. Default 1e-8, of `lamb` 1e-6. */
  readonly eps?: number | undefined;
  /** How strongly parameters are pulled to zero. Default 0 of `adam`, 0.01 of `adamw` and `lamb`. */
  readonly weightDecay?: number | undefined;
}

/** Options of `adam` and `adamw`. */
export interface AdamOptions extends MomentOptions {
  /** Divides by the largest mean squared gradient so far, not by the present one. Default false. */
  readonly amsgrad?: boolean | undefined;
}

/** The options, checked and complete. */
export interface AdamSettings {
  readonly rate: LearningRate;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
}

/** Checks a pair of numbers that each stay below 1. @throws OnwardError `usage` otherwise */
export function checkBetas(where: string, betas: readonly [number, number]): readonly [number, number] {
  const given: unknown = betas;
  if (!Array.isArray(given) || given.length !== 2)
    throw new OnwardError("usage", { expected: "betas to be two numbers", got: show(given), where });
  return [
    checkNumber(where, "betas[0]", betas[0], { least: 0, below: 1 }),
    checkNumber(where, "betas[1]", betas[1], { least: 0, below: 1 }),
  ];
}

/** Checks the options that `adam`, `adamw` and `lamb` share. @throws OnwardError `usage` when one is out of its range */
export function momentSettings(
  where: string,
  options: MomentOptions,
  defaults: { readonly eps: number; readonly weightDecay: number },
): AdamSettings {
  const { betas = [0.9, 0.999], eps = defaults.eps, weightDecay = defaults.weightDecay } = options;
  return {
    rate: learningRate(where, options.learningRate ?? 1e-3),
    betas: checkBetas(where, betas),
    eps: checkNumber(where, "eps", eps, { least: 0 }),
    weightDecay: checkNumber(where, "weightDecay", weightDecay, { least: 0 }),
  };
}

/** Checks the options of `adam` and `adamw`. @throws OnwardError `usage` when one is unknown or out of its range */
export function adamSettings(
  where: string,
  options: AdamOptions,
  weightDecay: number,
): AdamSettings & { readonly amsgrad: boolean } {
  checkOptionNames(where, options, ["learningRate", "betas", "eps", "weightDecay", "amsgrad"]);
  return { ...momentSettings(where, options, { eps: 1e-8, weightDecay }), amsgrad: options.amsgrad ?? false };
}

/** The tensors that a step keeps, by PyTorch's names. */
export function adamSlots(amsgrad: boolean): readonly string[] {
  return ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])];
}

/**
 * What corrects a step's moments for their start at zero, counted from 0: with t = step + 1, c1 = 1 - beta1^t and
 * c2 = 1 - beta2^t, correction = sqrt(c2) / c1 and epsilon = eps sqrt(c2).
 */
export function momentScalars({ betas, eps }: AdamSettings, step: number): { correction: number; epsilon: number } {
  const root = Math.sqrt(1 - betas[1] ** (step + 1));
  return { correction: root / (1 - betas[0] ** (step + 1)), epsilon: eps * root };
}

/** The scalars of a step of Adam: stepSize = factor rate correction, and epsilon. */
export function adamScalars(settings: AdamSettings, step: number, factor = 1): { stepSize: number; epsilon: number } {
  const { correction, epsilon } = momentScalars(settings, step);
  return { stepSize: factor * settings.rate.at(step) * correction, epsilon };
}

/** Emits the moving means of the gradient and its square: m' = m + (1 - beta1) (g - m), v' = beta2 v + (1 - beta2) g g. */
export function moments(
  g: GraphBuilder,
  { gradient, state }: UpdateInputs,
  [beta1, beta2]: readonly [number, number],
): { readonly exp_avg: string; readonly exp_avg_sq: string } {
  const { exp_avg = "", exp_avg_sq = "" } = state;
  return {
    exp_avg: g.add(exp_avg, g.mul(g.sub(gradient, exp_avg), 1 - beta1)),
    exp_avg_sq: g.add(g.mul(exp_avg_sq, beta2), g.mul(g.mul(gradient, 1 - beta2), gradient)),
  };
}

/**
 * Emits a step of Adam: p' = p - stepSize m' / (sqrt(v') + epsilon), with AMSGrad the largest v' so far in the place of v'.
 *
 * PyTorch divides sqrt(v') by sqrt(c2) and then adds eps; here both sides are multiplied by sqrt(c2), in the scalars, which
 * saves a pass over memory.
 */
export function adamStep(
  g: GraphBuilder,
  inputs: UpdateInputs,
  { betas, amsgrad }: { readonly betas: readonly [number, number]; readonly amsgrad: boolean },
): UpdateOutputs {
  const { stepSize = "", epsilon = "" } = inputs.scalars;
  const kept = moments(g, inputs, betas);
  const largest = amsgrad ? g.op("Max", [inputs.state["max_exp_avg_sq"] ?? "", kept.exp_avg_sq]) : undefined;
  const root = g.sqrt(largest ?? kept.exp_avg_sq);
  const update = g.div(g.mul(kept.exp_avg, stepSize), g.add(root, epsilon));
  return {
    parameter: g.sub(inputs.parameter, update),
    state: { ...kept, ...(largest !== undefined && { max_exp_avg_sq: largest }) },
  };
}
