import { checkNumber, OnwardError } from "../core/index.ts";
import { Loader, shuffled, type Batch, type Source } from "../data/index.ts";
import type { Optimizer, Schedule } from "../optimizers/index.ts";
import type { Outcome } from "../steps/index.ts";
import { Engine } from "./engine.ts";
import { checkCount, type TrainerOptions } from "./trainer-options.ts";

/** How a range of learning rates is tried. */
export interface RangeOptions extends Pick<TrainerOptions, "model" | "criterion" | "freeze" | "seed" | "threads"> {
  /** Makes the optimizer with a learning rate that rises. */
  readonly optimizer: (learningRate: Schedule) => Optimizer;
  /** The first learning rate. Default 1e-6. */
  readonly from?: number;
  /** The last one. Default 1. */
  readonly to?: number;
  /** Over how many steps. Default 100. */
  readonly steps?: number;
  /** Samples a step. Default 64. */
  readonly batchSize?: number;
}

/** What came of it. */
export interface LearningRateRange {
  /** The loss of each batch before the step with that rate, and a mean of those before that forgets; it ends where that diverged. */
  readonly points: readonly { readonly learningRate: number; readonly loss: number; readonly smoothed: number }[];
  /** A tenth of the rate at which the smoothed loss was lowest; undefined where it never fell. */
  readonly suggested: number | undefined;
}

/** What is kept of the smoothed loss from step to step. */
const memory = 0.9;

/**
 * Tries learning rates: a step each, from low to high on a logarithmic scale, until the loss diverges. The model that is given stays as
 * it is.
 *
 * A batch's loss is the sum of its terms over the sum of their weights. Smoothed: m' = 0.9 m + 0.1 loss, over 1 - 0.9^step, as Adam
 * does. It has diverged when the smoothed loss is four times its lowest, or not finite. From "Cyclical Learning Rates for Training
 * Neural Networks" (Smith, 2017).
 *
 * @throws OnwardError `usage` for impossible options, `data` for data that does not fit the model
 *
 * @example
 * ```ts
 * import { crossEntropy, nn, sgd } from "onward";
 * import { arrays } from "onward/data";
 * import { learningRateRange } from "onward/train";
 * const data = arrays({ inputs: { data: [-1, 1, -2, 2], dims: [4, 1] }, labels: [0, 1, 0, 1] });
 * const options = { model: nn.sequential([nn.linear(1, 2)]), criterion: crossEntropy(), steps: 20, batchSize: 2 };
 * const { suggested } = await learningRateRange(data, { ...options, optimizer: (learningRate) => sgd({ learningRate }) });
 * ```
 */
export async function learningRateRange(data: Source, options: RangeOptions): Promise<LearningRateRange> {
  const where = "learningRateRange";
  const { from = 1e-6, to = 1, steps = 100, batchSize = 64, seed = 0, optimizer, ...rest } = options;
  checkNumber(where, "from", from, { above: 0 });
  checkNumber(where, "to", to, { above: from });
  checkCount("steps", steps);
  const rate = (step: number) => from * (to / from) ** (step / Math.max(steps - 1, 1));
  const engine = await Engine.load({ ...rest, seed, optimizer: optimizer(rate) }, data);
  try {
    const training = await engine.training();
    const loader = new Loader(data, { batchSize, sampler: shuffled({ seed }), dropLast: data.size >= batchSize });
    const points: LearningRateRange["points"][number][] = [];
    let [mean, lowest, best] = [0, Infinity, -1];
    let batch: Batch | undefined;
    for (let step = 0, epoch = 1; step < steps; epoch++) {
      const pass = loader.open(epoch);
      for (let i = 0; i < pass.batches && step < steps; i++, step++) {
        batch = await pass.read(i, 1, batch);
        const loss = batchLoss(await training.run(engine.values, batch, 1, pass.batchSize(i)));
        mean = memory * mean + (1 - memory) * loss;
        const smoothed = mean / (1 - memory ** (step + 1));
        points.push({ learningRate: rate(step), loss, smoothed });
        if (!Number.isFinite(smoothed) || smoothed > 4 * lowest) return { points, suggested: suggestion(points, best) };
        if (smoothed < lowest) [lowest, best] = [smoothed, step];
      }
    }
    return { points, suggested: suggestion(points, best) };
  } finally {
    await engine.release();
  }
}

function suggestion(points: LearningRateRange["points"], best: number): number | undefined {
  const rate = points[best]?.learningRate;
  return best <= 0 || rate === undefined ? undefined : rate / 10;
}

function batchLoss({ terms, weights }: Outcome): number {
  const sum = (data: ArrayLike<number>) => Array.from(data).reduce((total, value) => total + value, 0);
  const total = sum(terms.data as Float32Array);
  const weight = weights === undefined ? terms.data.length : sum(weights.data as Float32Array);
  if (weight > 0) return total / weight;
  throw new OnwardError("data", { expected: "batches with weight to try learning rates on", got: "one without" });
}
