import { checkNumber, checkOptionNames, OnwardError } from "../core/index.ts";
import { float } from "../graph/index.ts";
import { learningRate as readLearningRate } from "./learning-rate.ts";
import type { Optimizer, Schedule } from "./optimizer.ts";

/** Options of `sgd`. */
export interface SgdOptions {
  /** Default 1e-3. */
  readonly learningRate?: Schedule | undefined;
  /** How much of the last direction is kept; 0, the default, keeps none. */
  readonly momentum?: number | undefined;
  /** What the gradient is lessened by where it enters the momentum, after the first step. Default 0. */
  readonly dampening?: number | undefined;
  /** Looks ahead along the momentum. Default false. */
  readonly nesterov?: boolean | undefined;
  /** Adds this much of the parameter to its gradient. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Descends along the gradient.
 *
 * With gradient g, parameter p, rate r, decay d, momentum m and dampening t:
 *
 * - g' = g + d p
 * - b' = m b + (1 - t) g', in the first step b' = g'
 * - p' = p - r b', with Nesterov p' = p - r (g' + m b'), without momentum p' = p - r g'
 *
 * State: `momentum`, b, where m is not 0. The same as PyTorch's `SGD`, operation by operation; where neither momentum nor decay is asked
 * for and g is a product of matrices, p - r g is one product that is added to p, whose rounding may differ in the last bit.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range, or `nesterov` comes without momentum or with
 *   dampening
 *
 * @example
 * ```ts
 * import { schedules, sgd } from "onward/optimizers";
 * const optimizer = sgd({ learningRate: schedules.cosine({ base: 0.1, steps: 1000 }), momentum: 0.9 });
 * optimizer.learningRate(500); // 0.05
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const where = "sgd";
  checkOptionNames(where, options, ["learningRate", "momentum", "dampening", "nesterov", "weightDecay"]);
  const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  const rate = readLearningRate(where, options.learningRate ?? 1e-3);
  checkNumber(where, "momentum", momentum, { least: 0 });
  checkNumber(where, "dampening", dampening);
  checkNumber(where, "weightDecay", weightDecay, { least: 0 });
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new OnwardError("usage", {
      expected: "nesterov with a momentum and without dampening",
      got: `momentum ${momentum}, dampening ${dampening}`,
      where,
    });
  }
  const dampened = momentum !== 0 && dampening !== 0;
  return {
    name: where,
    options: { learningRate: rate.record, momentum, dampening, nesterov, weightDecay },
    slots: momentum === 0 ? [] : ["momentum"],
    elementwise: true,
    learningRate: rate.at,
    // From zeros the first step's momentum is the gradient, if it is not dampened.
    scalars: (step, factor = 1) => ({
      learningRate: rate.at(step) * factor,
      ...(dampened ? { intake: step === 0 ? 1 : 1 - dampening } : {}),
    }),
    ...(momentum === 0 && weightDecay === 0 && { emitFactored: descend }),
    emit(g, { parameter, gradient, state, scalars }) {
      const { learningRate = "", intake = "" } = scalars;
      const descend = (direction: string) => g.sub(parameter, g.mul(direction, learningRate));
      const decayed = weightDecay === 0 ? gradient : g.add(gradient, g.mul(parameter, weightDecay));
      if (momentum === 0) return { parameter: descend(decayed), state: {} };
      const entering = dampened ? g.mul(decayed, intake) : decayed;
      const buffer = g.add(g.mul(state["momentum"] ?? "", momentum), entering);
      const direction = nesterov ? g.add(decayed, g.mul(buffer, momentum)) : buffer;
      return { parameter: descend(direction), state: { momentum: buffer } };
    },
  };
}

/** p - r A' B' as one product: the factor that is smaller takes in the rate. */
const descend: NonNullable<Optimizer["emitFactored"]> = (g, { parameter, gradient, scalars }) => {
  const { a, b, transA, transB, alpha } = gradient;
  const { learningRate = "" } = scalars;
  const size = (name: string) =>
    (g.shapeOf(name) ?? [NaN]).reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : NaN), 1);
  const second = size(b) < size(a);
  const factors = second ? [a, g.mul(b, learningRate)] : [g.mul(a, learningRate), b];
  return g.op("Gemm", [...factors, parameter], { transA, transB, alpha: float(-alpha) });
};
