import type { GraphBuilder, Shape } from "../graph/index.ts";

/**
 * Makes a function that records a shape for the values it is given, and hands them back.
 *
 * Where shapes are known, the gradient of a node needs no nodes that find them out when the graph runs.
 */
export function shaped(g: GraphBuilder, shape: Shape | undefined): (value: string) => string {
  return (value) => {
    g.describe(value, undefined, shape);
    return value;
  };
}
