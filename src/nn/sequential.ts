import { checkSeed, OnwardError, Random, show, version } from "../core/index.ts";
import { GraphBuilder, metadataKeys, type Model } from "../graph/index.ts";
import { integer } from "./arguments.ts";
import type { Layer } from "./layer.ts";

/** Options of `sequential`. */
export interface SequentialOptions {
  /** Where the initial weights come from: the same seed gives the same weights. Default 0. */
  readonly seed?: number;
  /** The shape of one sample, without the axis of the batch; needed unless `toModel` is told. */
  readonly inputShape?: readonly number[];
}

/** Layers in a row. */
export class Sequential {
  readonly layers: readonly Layer[];
  readonly seed: number;
  readonly inputShape: readonly number[] | undefined;

  constructor(layers: readonly Layer[], { seed = 0, inputShape }: SequentialOptions) {
    checkSeed(seed);
    inputShape?.forEach((size) => integer("sequential", "each size of inputShape", size));
    this.layers = [...layers];
    this.seed = seed;
    this.inputShape = inputShape;
  }

  /**
   * Writes the layers as an ONNX model with the initial weights: from "input" [N, ...sampleShape] to "scores", in the form
   * for evaluation.
   *
   * Tensors are named as PyTorch's `Sequential` names them ("1.weight", "2.running_mean"), each drawn from a stream of its
   * own, so that adding a layer at the end changes no other's weights.
   *
   * @param sampleShape - the shape of one sample; `inputShape` where absent
   * @throws OnwardError `usage` when neither shape is there; `model` when a layer does not fit what comes in
   */
  toModel(sampleShape = this.inputShape): Model {
    if (sampleShape === undefined) {
      throw new OnwardError("usage", {
        expected: "the shape of a sample",
        where: "sequential",
        advice: "Pass inputShape to nn.sequential, or the shape to toModel",
      });
    }
    sampleShape.forEach((size) => integer("sequential", "each size of sampleShape", size));
    const g = new GraphBuilder();
    let value = g.input("input", this.layers[0]?.inputType ?? "float32", ["N", ...sampleShape]);
    let shape = sampleShape;
    const parameters: string[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const output = layer.emit({
        g,
        input: value,
        sampleShape: shape,
        where: `layer ${i + 1}, ${layer.name}`,
        parameter: (name, make) => {
          parameters.push(`${i}.${name}`);
          return g.initializer(`${i}.${name}`, make(new Random(this.seed, `${i}.${name}`)));
        },
        buffer: (name, data) => g.initializer(`${i}.${name}`, data),
      });
      ({ value, sampleShape: shape } = output);
    }
    g.output("scores", value, ["N", ...shape]);
    return {
      irVersion: 9,
      opsets: new Map([["", 20]]),
      graph: g.build("sequential"),
      functions: [],
      metadata: new Map([[metadataKeys.parameters, JSON.stringify(parameters)]]),
      producer: { name: "onward", version },
    };
  }
}

/**
 * Puts layers in a row: each takes what the one before gives.
 *
 * @throws OnwardError `usage` when there is no layer, or the seed or shape is not made of whole numbers
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const layers = [nn.flatten(), nn.linear(784, 128), nn.relu(), nn.linear(128, 10)];
 * const model = nn.sequential(layers, { seed: 7 }).toModel([28, 28]);
 * ```
 */
export function sequential(layers: readonly Layer[], options: SequentialOptions = {}): Sequential {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new OnwardError("usage", { expected: "at least one layer", got: show(layers), where: "sequential" });
  }
  return new Sequential(layers, options);
}
