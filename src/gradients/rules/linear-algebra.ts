import { float, stringAttribute } from "../../graph/index.ts";
import { rule, type Family } from "../rule.ts";

/** Functions of whole matrices, over the last two axes. */
export const linearAlgebra: Family = {
  // Y = X^-1: dX = -Y^T dY Y^T
  "com.microsoft:Inverse": rule(({ g, y: [y = ""], dy: [dy = ""] }) => {
    const product = (a: string, b: string, transA: number, transB: number, alpha: number) =>
      g.op("com.microsoft:FusedMatMul", [a, b], { transA, transB, alpha: float(alpha) });
    return [product(product(y, dy, 1, 0, -1), y, 0, 1, 1)];
  }),
  // dX = y X^-T dy
  Det: rule(({ g, rank, x: [x = ""], y: [y = ""], dy: [dy = ""] }) => {
    const last = rank(x) - 1;
    const perm = Array.from({ length: rank(x) }, (_, axis) =>
      axis === last ? last - 1 : axis === last - 1 ? last : axis,
    );
    const inverse = g.transpose(g.op("com.microsoft:Inverse", [x]), perm);
    return [g.mul(g.unsqueeze(g.mul(dy, y), [-2, -1]), inverse)];
  }),
  // Distances d of rows: with w = dy, or dy / (2 d) without the square, dA_i = 2 sum_j w_ij (a_i - b_j), and B likewise
  "com.microsoft:CDist": rule(({ g, node, needs, x: [a = "", b = ""], y: [y = ""], dy: [dy = ""] }) => {
    const squared = stringAttribute(node, "metric", "sqeuclidean") === "sqeuclidean";
    const nothing = g.equal(y, 0);
    const w = squared ? g.mul(dy, 2) : g.where(nothing, 0, g.div(dy, g.where(nothing, 1, y)));
    const product = (transA: number, other: string) => g.op("com.microsoft:FusedMatMul", [w, other], { transA });
    return [
      needs(0) ? g.sub(g.mul(a, g.sum(w, [1], 1)), product(0, b)) : undefined,
      needs(1) ? g.sub(g.mul(b, g.unsqueeze(g.sum(w, [0]), [1])), product(1, a)) : undefined,
    ];
  }),
};
