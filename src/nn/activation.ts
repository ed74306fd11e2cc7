import type { GraphBuilder } from "../graph/index.ts";
import type { Layer } from "./layer.ts";

/** A layer that maps each value by itself and keeps the shape. */
export function activation(name: string, emit: (g: GraphBuilder, input: string) => string): Layer {
  return { name, emit: ({ g, input, sampleShape }) => ({ value: emit(g, input), sampleShape }) };
}
