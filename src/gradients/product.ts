import { float, type GraphBuilder } from "../graph/index.ts";

/** alpha A' B', with A' and B' transposed where told. */
export function product(g: GraphBuilder, a: string, b: string, transA: number, transB: number, alpha = 1): string {
  if (alpha === 1 && transA === 0 && transB === 0) return g.matMul(a, b);
  return g.op("com.microsoft:FusedMatMul", [a, b], { transA, transB, alpha: float(alpha) });
}
