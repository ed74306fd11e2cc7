import { float, isStatic, tensorData, type GraphBuilder } from "../graph/index.ts";
import { indicator } from "./indicator.ts";
import type { Window } from "./window.ts";

/** The most values that a row of windows may have: the product below costs that many operations a value. */
const mostValues = 128;

/**
 * The gradient of a max pooling in two dimensions whose windows tile the map, without the indices, for which the runtime's pooling
 * takes eight times as long: dx = dy where x is the largest, of equal ones the first. Undefined for other poolings, and where sizes
 * are not known or large.
 *
 * With m = 1 where x is its window's largest, else 0, a value is the first of these if m less the m of all that come before it in
 * the window is above 0; those differences, over a row of windows, are m times a constant matrix.
 */
export function tiledPoolGradient(
  g: GraphBuilder,
  { x, y, dy }: { readonly x: string; readonly y: string; readonly dy: string },
  { kernel, strides, dilations, begin, end }: Window,
): string | undefined {
  const shape = g.shapeOf(x);
  if (!isStatic(shape) || shape.length !== 4 || g.typeOf(x) !== "float32") return undefined;
  const [height = 0, width = 0] = shape.slice(2);
  const [rows = 0, columns = 0] = kernel;
  const tiles = strides.join() === kernel.join() && height % rows === 0 && width % columns === 0;
  if (!tiles || [...begin, ...end].some((pad) => pad !== 0) || dilations.some((step) => step !== 1)) return undefined;
  const values = rows * width;
  if (values > mostValues) return undefined;

  const spread = (value: string) => {
    const scales = g.constant(tensorData("float32", [4], [1, 1, rows, columns]));
    const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    return g.op("Resize", [value, "", scales], attributes);
  };
  const largest = g.reshape(indicator(g, g.equal(x, spread(y)), x), [-1, values]);
  const first = g.op("Relu", [g.op("Gemm", [largest, firsts(g, rows, width, columns)], { alpha: float(1) })]);
  return g.mul(g.reshape(first, shape), spread(dy));
}

/** For `rows` rows of a map one after the other: 1 on the diagonal, and -1 from a value to those that follow it in its window. */
function firsts(g: GraphBuilder, rows: number, width: number, columns: number): string {
  const values = rows * width;
  const matrix = new Float32Array(values * values);
  for (let from = 0; from < values; from++) {
    for (let to = from; to < values; to++) {
      const apart = Math.floor((from % width) / columns) !== Math.floor((to % width) / columns);
      if (!apart) matrix[from * values + to] = from === to ? 1 : -1;
    }
  }
  return g.constant(tensorData("float32", [values, values], matrix));
}
