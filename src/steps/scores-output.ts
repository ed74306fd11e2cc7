import { isFloat, qualifiedName, type Graph, type Value } from "../graph/index.ts";

/**
 * The value of a graph that holds the scores: its first output, or where that is no float, the first output of floats after it.
 *
 * Converters of scikit-learn give a model's labels first and its probabilities second, as a tensor, or as a map from class to
 * number that a ZipMap makes of one: the scores are then what it reads.
 */
export function scoresOutput({ outputs, nodes }: Graph): Value | undefined {
  for (const output of outputs) {
    const map = nodes.find((node) => qualifiedName(node) === "ai.onnx.ml:ZipMap" && node.outputs.includes(output.name));
    if (map?.inputs[0] !== undefined) return { name: map.inputs[0] };
    if (output.type === undefined || isFloat(output.type)) return output;
  }
  return outputs[0];
}
