import { checkOptionNames } from "../core/index.ts";
import { adamSlots, momentScalars, moments, momentSettings, type MomentOptions } from "./adam-step.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Descends in Adam's direction by steps in proportion to each tensor's norm, for large batches.
 *
 * With gradient g, parameter p, rate r, decay d and t = 1, 2, ... the step, norms taken over the whole tensor:
 *
 * - m' = beta1 m + (1 - beta1) g, v' = beta2 v + (1 - beta2) g^2
 * - u = (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + eps) + d p
 * - p' = p - r |p| / |u| u; where |p| or |u| is 0, p' = p - r u
 *
 * One NaN in a tensor's gradient makes all of that tensor NaN, as the norm has it. State: `exp_avg`, m, and `exp_avg_sq`, v. The
 * decay is 0.01 unless told, eps 1e-6. From "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes" (You et al.,
 * 2020), algorithm 2 with phi(z) = z; PyTorch has none.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { lamb } from "onward/optimizers";
 * const optimizer = lamb({ learningRate: 2e-3 });
 * optimizer.options; // { learningRate: 2e-3, betas: [0.9, 0.999], eps: 1e-6, weightDecay: 0.01 }
 * ```
 */
export function lamb(options: MomentOptions = {}): Optimizer {
  const where = "lamb";
  checkOptionNames(where, options, ["learningRate", "betas", "eps", "weightDecay"]);
  const settings = momentSettings(where, options, { eps: 1e-6, weightDecay: 0.01 });
  const { rate, betas, eps, weightDecay } = settings;
  return {
    name: where,
    options: { learningRate: rate.record, betas, eps, weightDecay },
    slots: adamSlots(false),
    learningRate: rate.at,
    scalars: (step, factor = 1) => ({ learningRate: factor * rate.at(step), ...momentScalars(settings, step) }),
    emit(g, inputs) {
      const { parameter, scalars } = inputs;
      const { learningRate = "", correction = "", epsilon = "" } = scalars;
      const kept = moments(g, inputs, betas);
      const direction = g.div(g.mul(kept.exp_avg, correction), g.add(g.sqrt(kept.exp_avg_sq), epsilon));
      const update = weightDecay === 0 ? direction : g.add(direction, g.mul(parameter, weightDecay));
      const [size, reach] = [parameter, update].map((value) => g.op("ReduceL2", [value], { keepdims: 0 }));
      const nothing = g.op("Or", [g.equal(size ?? "", 0), g.equal(reach ?? "", 0)]);
      const trust = g.where(nothing, 1, g.div(size ?? "", reach ?? ""));
      return { parameter: g.sub(parameter, g.mul(update, g.mul(trust, learningRate))), state: { ...kept } };
    },
  };
}
