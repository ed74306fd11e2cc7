import type { GraphBuilder, Shape } from "../graph/index.ts";
import { floats } from "./weights.ts";
import { shaped } from "./shaped.ts";

/** Sums each row: [N, K, ...] to [N]. What is [N] already stays. */
export function sumRows(g: GraphBuilder, values: string, shape: Shape | undefined): string {
  if (shape?.length === 1) return values;
  const perRow = shaped(g, shape?.slice(0, 1));
  if (shape === undefined) return g.sum(g.reshape(values, [0, -1]), [1]);
  return perRow(
    g.sum(
      values,
      shape.slice(1).map((_, i) => i + 1),
    ),
  );
}

/** The number of elements of each row as a vector [N]; undefined where a row is one element. */
export function rowWeights(g: GraphBuilder, scores: string, terms: string): string | undefined {
  const shape = g.shapeOf(scores);
  const row = shape?.slice(1);
  const count = row?.reduce<number | undefined>(
    (product, dim) => (product !== undefined && typeof dim === "number" ? product * dim : undefined),
    1,
  );
  if (count === 1) return undefined;
  const elements =
    count === undefined
      ? g.castLike(g.op("ReduceProd", [g.op("Shape", [scores], { start: 1 })], { keepdims: 0 }), scores)
      : floats(g, scores, [], [count]);
  return shaped(g, shape?.slice(0, 1))(g.op("Expand", [elements, g.shape(terms)]));
}
