import { float, isStatic, tensorData, type GraphBuilder } from "../graph/index.ts";
import type { Window } from "./window.ts";

/** The most values that a row of windows may have: the product below costs that many operations a value. */
const mostValues = 128;

/**
 * The gradient of a max pooling in two dimensions whose windows tile the map, without the indices, for which the runtime's pooling
 * takes eight times as long: dx = dy where x is the largest, of equal ones the first; in a window of -Infinity alone nowhere. Undefined
 * for other poolings, and where sizes are not known or large.
 *
 * A band is a row of windows, with all of their values. With m = 1 where x is its window's largest, else 0, a value is the first of
 * these if m less the m of all that come before it in the window is above 0; those differences, over a band, are m times a constant
 * matrix. So is what brings a window's number to its values, which runs on all threads where Resize and comparing do not.
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

  const windows = width / columns;
  const bands = (value: string, size: number) => g.reshape(value, [-1, size]);
  const spreading = g.constant(tensorData("float32", [windows, values], spread(rows, width, columns)));
  // 0 times infinity is NaN: what a window of its own says would reach the others of its band.
  const bounds = [-largestFloat, largestFloat].map((bound) => g.scalar(bound, "float32"));
  const finite = bands(g.op("Clip", [y, ...bounds]), windows);
  // x - y is 0 where x is the largest, and below elsewhere.
  const less = g.sub(bands(x, values), g.matMul(finite, spreading));
  const largest = g.op("HardSigmoid", [less], { alpha: float(2 ** 127), beta: float(1) });
  const first = g.op("Relu", [g.op("Gemm", [largest, firsts(g, rows, width, columns)], { alpha: float(1) })]);
  return g.reshape(g.mul(first, g.matMul(bands(dy, windows), spreading)), shape);
}

const largestFloat = (2 - 2 ** -23) * 2 ** 127;

/** 1 from a window to each of its values in the `rows` rows of a band, else 0. */
function spread(rows: number, width: number, columns: number): Float32Array {
  const values = rows * width;
  const matrix = new Float32Array((width / columns) * values);
  for (let to = 0; to < values; to++) matrix[Math.floor((to % width) / columns) * values + to] = 1;
  return matrix;
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
