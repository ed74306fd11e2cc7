import type { Random } from "../core/index.ts";
import type { GraphBuilder, Shape, TensorData } from "../graph/index.ts";

/** What a layer has to work with. */
export interface LayerContext {
  readonly g: GraphBuilder;
  /** The value that comes in. */
  readonly input: string;
  /** Its shape, the samples first, as far as it is known. */
  readonly shape: Shape | undefined;
  /** How errors name the layer: "layer 3, linear". */
  readonly where: string;
  /** Adds a tensor of the layer under PyTorch's name ("3.weight"); its values are drawn from a stream of that name. */
  parameter(name: string, make: (random: Random) => TensorData): string;
}

/** What comes out of a layer. */
export interface LayerOutput {
  readonly value: string;
  readonly shape: Shape | undefined;
}

/** A layer: emits its part of the forward graph, in the form for evaluation. */
export interface Layer {
  readonly name: string;
  emit(c: LayerContext): LayerOutput;
}
