import { floatAttribute, intAttribute, qualifiedName, type GraphBuilder } from "../graph/index.ts";
import { product } from "./product.ts";

/**
 * The transpose of a product of two matrices that was emitted for a gradient: (A' B')^T = B'^T A'^T, another product in the place
 * of that one, which nothing reads any more. Undefined where the value is something else.
 */
export function transposedProduct(g: GraphBuilder, value: string): string | undefined {
  const node = g.producer(value);
  if (node === undefined) return undefined;
  const op = qualifiedName(node);
  const [a = "", b = ""] = node.inputs;
  if (op !== "MatMul" && op !== "com.microsoft:FusedMatMul") return undefined;
  if ([a, b].some((operand) => (g.shapeOf(operand)?.length ?? 2) !== 2)) return undefined;
  const [transA, transB] = [intAttribute(node, "transA", 0), intAttribute(node, "transB", 0)];
  return product(g, b, a, 1 - transB, 1 - transA, floatAttribute(node, "alpha", 1));
}
