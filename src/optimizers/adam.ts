import { adamScalars, adamSettings, adamSlots, adamStep, type AdamOptions } from "./adam-step.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Descends by the mean gradient over the root of the mean squared gradient, both decaying.
 *
 * With gradient g, parameter p, rate r, decay d and t = 1, 2, ... the step:
 *
 * - g' = g + d p
 * - m' = beta1 m + (1 - beta1) g', v' = beta2 v + (1 - beta2) g'^2
 * - p' = p - r (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + eps)
 *
 * With `amsgrad` the largest v' so far stands in the last line. The decay is part of the gradient; `adamw` keeps it apart.
 * Default 0. State: `exp_avg`, m, and `exp_avg_sq`, v; with `amsgrad` also `max_exp_avg_sq`. The same as PyTorch's `Adam`. From
 * "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2015) and "On the Convergence of Adam and Beyond" (Reddi et al.,
 * 2018).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { adam } from "onward/optimizers";
 * const optimizer = adam({ learningRate: 1e-3, betas: [0.9, 0.99] });
 * optimizer.slots; // ["exp_avg", "exp_avg_sq"]
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const settings = adamSettings("adam", options, 0);
  const { rate, betas, eps, weightDecay, amsgrad } = settings;
  return {
    name: "adam",
    options: { learningRate: rate.record, betas, eps, weightDecay, amsgrad },
    slots: adamSlots(amsgrad),
    elementwise: true,
    learningRate: rate.at,
    scalars: (step, factor) => ({ ...adamScalars(settings, step, factor) }),
    emit(g, inputs) {
      const { parameter, gradient } = inputs;
      const decayed = weightDecay === 0 ? gradient : g.add(gradient, g.mul(parameter, weightDecay));
      return adamStep(g, { ...inputs, gradient: decayed }, settings);
    },
  };
}
