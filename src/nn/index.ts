/** Layers, as a namespace: `nn.sequential([nn.linear(4, 3), ...])`. */
export * as nn from "./nn.ts";
export type { Layer, LayerContext, LayerOutput } from "./layer.ts";
export { Sequential, type SequentialOptions } from "./sequential.ts";
