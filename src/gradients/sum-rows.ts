import type { GraphBuilder } from "../graph/index.ts";
import { filled, knownType } from "./like.ts";
import { product } from "./product.ts";

/**
 * The sum over all axes but the last, [..., columns] -> [columns]: as a product with ones, which is the runtime's fastest form.
 *
 * @param rows - how many elements those axes have together, an int64 vector of that one number behind a 1
 */
export function sumRows(g: GraphBuilder, value: string, rows: string, columns: number): string {
  const ones = filled(g, rows, 1, knownType(g, value));
  const matrix = g.shapeOf(value)?.length === 2 ? value : g.reshape(value, [-1, columns]);
  const sum = g.matMul(ones, matrix);
  g.describe(sum, undefined, [1, columns]);
  return g.reshape(sum, [columns]);
}

/** The sum over the last axis of a matrix, [rows, columns] -> [rows, 1]: as a product with ones, as above. */
export function sumColumns(g: GraphBuilder, value: string, rows: number, columns: number): string {
  const ones = filled(g, g.ints([1, columns]), 1, knownType(g, value));
  const sum = product(g, ones, value, 0, 1);
  g.describe(sum, undefined, [1, rows]);
  return g.reshape(sum, [rows, 1]);
}
