import type { Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import { workingModel, writeModel } from "../graph/index.ts";
import { inputFeeds } from "./feeds.ts";
import { forBatchSize } from "./for-batch-size.ts";
import { gradientGraph } from "./gradient.ts";
import type { LoadedModel } from "./load-model.ts";
import { names } from "./names.ts";
import { outcome } from "./outcome.ts";
import { randomKeys } from "./random-keys.ts";

/** What is differentiated on which samples. */
export interface GradientRequest extends Batch {
  readonly criterion: Criterion;
  /** "train" uses the batch's statistics and drops; "eval" (the default) is the model as it predicts. */
  readonly mode?: "train" | "eval";
  /** Where the masks of dropout come from, in mode "train". Default 0. */
  readonly seed?: number;
}

/** Gradients, and what the model made of the samples. */
export interface Gradients {
  /** Each sample's loss times its weight. */
  readonly terms: Float32Array;
  /** Each sample's weight. */
  readonly weights: Float32Array;
  readonly scores: Tensor;
  /** For each parameter the gradient of the sum of terms; one that the terms do not depend on is absent. */
  readonly gradients: ReadonlyMap<string, Tensor>;
  /** In mode "train": the running statistics after this batch. */
  readonly statistics: ReadonlyMap<string, Tensor>;
}

/**
 * Computes the gradient of the sum of terms, d(sum of terms) / d(parameter), for each parameter.
 *
 * PyTorch's equivalent: `criterion(model(x), labels, reduction="sum").backward()`.
 *
 * @throws OnwardError `data` when inputs or labels do not fit, `unsupported` when the way to a parameter has no gradient
 *
 * @example
 * ```ts
 * import { crossEntropy } from "onward/criteria";
 * import { float32, int64 } from "onward/core";
 * import { nn } from "onward/nn";
 * import { gradientsOf, loadModel } from "onward/steps";
 * const model = await loadModel(nn.sequential([nn.linear(3, 2)]).toModel([3]));
 * const { gradients } = await gradientsOf(model, {
 *   criterion: crossEntropy(),
 *   inputs: { input: float32([1, 2, 3], [1, 3]) },
 *   labels: int64([1], [1]),
 * });
 * gradients.get("0.weight")?.dims; // [2, 3]
 * ```
 */
export async function gradientsOf(
  { prepared, runtime, parameters, values }: LoadedModel,
  { criterion, inputs, labels, mode = "eval", seed = 0 }: GradientRequest,
): Promise<Gradients> {
  const feeds = { ...values.feeds(), ...inputFeeds(prepared, inputs), [names.labels]: labels };
  const size = labels.dims[0] ?? 0;
  const graph = gradientGraph(await forBatchSize(prepared, size, runtime), criterion, parameters, mode);
  const random = graph.inputs.some(({ name }) => name === names.keys);
  const session = await runtime.open(writeModel(workingModel(graph)));
  const outputs = await session.run(
    random
      ? { ...feeds, [names.keys]: randomKeys(seed, 1, size, () => ({ step: 0, place: 0 })).reshape([size]) }
      : feeds,
  );
  await session.release();
  const { terms, weights, scores } = outcome(outputs);
  const pick = (list: readonly string[], rename: (name: string) => string) =>
    new Map(
      list.flatMap((name) =>
        outputs[rename(name)] === undefined ? [] : [[name, outputs[rename(name)] as Tensor] as const],
      ),
    );
  return {
    terms: terms.data as Float32Array,
    weights: weights === undefined ? new Float32Array(terms.size).fill(1) : (weights.data as Float32Array),
    scores,
    gradients: pick(
      parameters.map(({ name }) => name),
      names.gradient,
    ),
    statistics: pick(prepared.statistics, names.after),
  };
}
