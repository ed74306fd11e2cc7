import { adamScalars, adamSettings, adamSlots, adamStep, type AdamOptions } from "./adam-step.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Descends as `adam` does, and shrinks the parameters apart from it.
 *
 * With parameter p, rate r and decay d: p is first multiplied by 1 - r d, then Adam's step with the bare gradient is taken. The
 * decay is 0.01 unless told. State: as of `adam`. The same as PyTorch's `AdamW`. From "Decoupled Weight Decay Regularization"
 * (Loshchilov and Hutter, 2019).
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { adamw } from "onward/optimizers";
 * const optimizer = adamw({ learningRate: 3e-4, weightDecay: 0.05 });
 * optimizer.learningRate(0); // 3e-4
 * ```
 */
export function adamw(options: AdamOptions = {}): Optimizer {
  const settings = adamSettings("adamw", options, 0.01);
  const { rate, betas, eps, weightDecay, amsgrad } = settings;
  return {
    name: "adamw",
    options: { learningRate: rate.record, betas, eps, weightDecay, amsgrad },
    slots: adamSlots(amsgrad),
    elementwise: true,
    learningRate: rate.at,
    scalars: (step, factor = 1) => ({
      ...adamScalars(settings, step, factor),
      ...(weightDecay === 0 ? {} : { shrink: 1 - factor * rate.at(step) * weightDecay }),
    }),
    emit(g, inputs) {
      const { parameter, scalars } = inputs;
      const shrunk = weightDecay === 0 ? parameter : g.mul(parameter, scalars["shrink"] ?? "");
      return adamStep(g, { ...inputs, parameter: shrunk }, settings);
    },
  };
}
