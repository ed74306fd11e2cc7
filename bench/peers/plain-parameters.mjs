// The initial parameters of a workload, by name, for peers that do not read ONNX: { "0.weight": { dims, values }, ... }.
import { join } from "node:path";
import { readModelFile, typedArray } from "../../dist/graph/index.js";

export function readParameters(folder) {
  const { initializers } = readModelFile(join(folder, "model.onnx")).graph;
  const floats = [...initializers].filter(([, { type }]) => type === "float32");
  return new Map(
    floats.map(([name, data]) => [name, { dims: data.dims, values: Float32Array.from(typedArray(data)) }]),
  );
}

/** The names before ".weight", in the order of the layers. */
export function layerNames(parameters) {
  return [...parameters.keys()]
    .filter((name) => name.endsWith(".weight"))
    .map((name) => name.slice(0, -".weight".length))
    .toSorted((a, b) => Number(a) - Number(b));
}
