import type { GraphBuilder } from "../graph/index.ts";
import { filled, flat, knownType, reshapeLike } from "./like.ts";

/**
 * Adds values into zeros of the shape of `like`, each at an index of the flattened tensor; values that meet add up.
 *
 * ScatterElements does that exactly. ScatterND with `add` must not be used: in ONNX Runtime 1.30 its threads race.
 */
export function scatterAdd(g: GraphBuilder, like: string, indices: string, values: string): string {
  const size = g.reshape(g.op("Size", [like]), [1]);
  const zeros = filled(g, size, 0, knownType(g, values));
  const sums = g.op("ScatterElements", [zeros, flat(g, indices), flat(g, values)], { axis: 0, reduction: "add" });
  return reshapeLike(g, sums, like);
}

/** The flat index of each element of a tensor, in its shape. */
export function flatIndices(g: GraphBuilder, like: string): string {
  return reshapeLike(g, g.op("Range", [g.int(0), g.op("Size", [like]), g.int(1)]), like);
}
