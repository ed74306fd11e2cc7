import { checkNumber, OnwardError, show } from "../core/index.ts";
import { tensorData, type GraphBuilder } from "../graph/index.ts";

/**
 * Checks that an option is a list of weights: finite, none below 0.
 *
 * @throws OnwardError `usage` otherwise
 */
export function checkWeights(where: string, name: string, weights: readonly number[]): readonly number[] {
  if (!Array.isArray(weights) || weights.length === 0)
    throw new OnwardError("usage", { expected: `${name} to be a list of numbers`, got: show(weights), where });
  return weights.map((weight: unknown, i) => checkNumber(where, `${name}[${i}]`, weight, { least: 0 }));
}

/**
 * Emits weights that lie along axis 1 of the scores, shaped to be multiplied with them.
 *
 * @throws OnwardError `usage` when their number is not that of the scores' columns, `model` when the rank is not known
 */
export function alongAxis1(
  g: GraphBuilder,
  scores: string,
  weights: readonly number[],
  option: { where: string; name: string },
): string {
  const shape = g.shapeOf(scores);
  if (shape === undefined) {
    throw new OnwardError("model", {
      expected: `the number of dimensions of ${show(scores)} to be known`,
      where: option.where,
      advice: "declare the shapes of the model's inputs",
    });
  }
  checkColumns(weights, shape.length < 2 ? 1 : shape[1], option);
  return floats(g, scores, [weights.length, ...shape.slice(2).map(() => 1)], weights);
}

/** Checks that there is one weight per column, where the number of columns is known. */
export function checkColumns(
  weights: readonly number[],
  columns: number | string | undefined,
  { where, name }: { where: string; name: string },
): void {
  if (typeof columns === "number" && columns !== weights.length) {
    throw new OnwardError("usage", {
      expected: `${name} to have ${columns} numbers, one per column of the scores`,
      got: String(weights.length),
      where,
    });
  }
}

/** A constant of the scores' element type. */
export function floats(g: GraphBuilder, scores: string, dims: readonly number[], values: readonly number[]): string {
  return g.constant(tensorData(g.typeOf(scores) === "float64" ? "float64" : "float32", dims, values));
}
