import type { Random } from "../core/index.ts";
import type { DataType, GraphBuilder, TensorData } from "../graph/index.ts";

/** What a layer has to work with. */
export interface LayerContext {
  readonly g: GraphBuilder;
  /** The value that comes in: one sample after another along its first axis. */
  readonly input: string;
  /** The shape of one sample, without the axis of the batch. */
  readonly sampleShape: readonly number[];
  /** How errors name the layer: "layer 3, linear". */
  readonly where: string;
  /** Adds a tensor of the layer under PyTorch's name ("3.weight"); its values are drawn from a stream of that name. */
  readonly parameter: (name: string, make: (random: Random) => TensorData) => string;
  /** Adds a tensor that training does not differentiate: a running statistic. */
  readonly buffer: (name: string, data: TensorData) => string;
}

/** What comes out of a layer. */
export interface LayerOutput {
  readonly value: string;
  readonly sampleShape: readonly number[];
}

/** A layer: emits its part of the forward graph, in the form for evaluation. */
export interface Layer {
  readonly name: string;
  /** The element type that a model expects whose first layer this is; float32 where absent. */
  readonly inputType?: DataType;
  emit(c: LayerContext): LayerOutput;
}
