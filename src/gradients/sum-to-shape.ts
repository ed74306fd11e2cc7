import { elementCount } from "../core/index.ts";
import { isStatic, type Dim, type GraphBuilder, type Shape } from "../graph/index.ts";
import { sumRows } from "./sum-rows.ts";

/**
 * Sums the gradient of a broadcast result back to the shape of one operand.
 *
 * Axes that the operand lacks, or has with size 1 where the result has more, are summed over. Where the shapes do not
 * tell at build time, the axes are found when the graph runs.
 *
 * @param operand - the value that was broadcast
 * @param result - the value whose shape the gradient has
 */
export function sumToShape(g: GraphBuilder, gradient: string, operand: string, result: string): string {
  const from = g.shapeOf(result);
  const to = g.shapeOf(operand);
  const axes = from === undefined || to === undefined ? undefined : staticAxes(from, to);
  if (axes === undefined || from === undefined || to === undefined) return dynamicSum(g, gradient, operand);
  if (axes.length === 0) return gradient;
  const [columns] = to;
  const rows = from.slice(0, -1);
  if (
    to.length === 1 &&
    columns !== 1 &&
    typeof columns === "number" &&
    isStatic(rows) &&
    g.typeOf(gradient) === "float32"
  )
    return sumRows(g, gradient, g.ints([1, elementCount(rows)]), columns);
  const extra = from.length - to.length;
  // The operand's own axes stay, with size 1; those that it lacks go.
  const kept = axes.filter((axis) => axis >= extra);
  const summed = kept.length === 0 ? gradient : g.sum(gradient, kept, 1);
  return g.sum(
    summed,
    axes.filter((axis) => axis < extra),
  );
}

/** The axes of the result to sum over; undefined where a dimension leaves it open. */
function staticAxes(from: Shape, to: Shape): number[] | undefined {
  const extra = from.length - to.length;
  const axes = Array.from({ length: extra }, (_, axis) => axis);
  for (const [i, dim] of to.entries()) {
    const axis = extra + i;
    const fate = summed(from[axis], dim);
    if (fate === undefined) return undefined;
    if (fate) axes.push(axis);
  }
  return axes;
}

/** Whether an axis is summed over; undefined where that is only known when the graph runs. */
function summed(result: Dim, operand: Dim): boolean | undefined {
  if (operand === 1) return result !== 1;
  if (typeof operand === "number") return false;
  return operand !== undefined && operand === result ? false : undefined;
}

function dynamicSum(g: GraphBuilder, gradient: string, operand: string): string {
  const shape = g.shape(operand);
  const full = g.shape(gradient);
  const missing = g.sub(g.op("Size", [full]), g.op("Size", [shape]));
  const ones = g.op("Expand", [g.int(1), g.unsqueeze(missing, [0])]);
  const padded = g.concat([ones, shape], 0);
  const differs = g.op("Not", [g.equal(padded, full)]);
  const axes = g.squeeze(g.op("NonZero", [differs]), [0]);
  return g.reshape(g.op("ReduceSum", [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 }), shape);
}
