import { floatAttribute, intAttribute, qualifiedName, type GraphBuilder } from "../graph/index.ts";
import type { GradientFactors } from "../optimizers/index.ts";

/**
 * The two matrices of which a parameter's gradient was emitted as the product, [M, K] and [K, N] for a parameter [M, N], or for
 * a parameter [N] with M = 1; undefined where it is something else, or is read elsewhere as well.
 */
export function gradientFactors(
  g: GraphBuilder,
  gradient: string,
  shape: readonly number[],
): GradientFactors | undefined {
  const read = (value: string) => g.nodes.some(({ inputs }) => inputs.includes(value));
  let node = g.producer(gradient);
  if (node === undefined || read(gradient)) return undefined;
  if (shape.length === 1) {
    let row = gradient;
    // A sum over columns is a row, made a column, made a vector.
    for (; node?.op === "Reshape"; node = g.producer(row)) {
      row = node.inputs[0] ?? "";
      if (g.nodes.some((other) => other !== node && other.inputs.includes(row))) return undefined;
    }
    if (g.shapeOf(row)?.join() !== [1, ...shape].join()) return undefined;
  } else if (shape.length !== 2) return undefined;
  const op = node === undefined ? undefined : qualifiedName(node);
  if (node === undefined || (op !== "MatMul" && op !== "com.microsoft:FusedMatMul")) return undefined;
  const [a = "", b = ""] = node.inputs;
  return {
    a,
    b,
    transA: intAttribute(node, "transA", 0),
    transB: intAttribute(node, "transB", 0),
    alpha: floatAttribute(node, "alpha", 1),
  };
}
