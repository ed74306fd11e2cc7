import type { Graph, Model } from "./model.ts";

/** The opset that graphs are brought to before they are differentiated, and that step graphs are written in. */
export const workingOpset = 26;

/** A model around a graph that is made here to be run, not to be kept. */
export function workingModel(graph: Graph): Model {
  return {
    irVersion: 10,
    opsets: new Map([
      ["", workingOpset],
      ["com.microsoft", 1],
      // The newest that still has the ops of older files
      ["ai.onnx.ml", 4],
    ]),
    graph,
    functions: [],
    metadata: new Map(),
    producer: { name: "onward", version: "" },
  };
}
