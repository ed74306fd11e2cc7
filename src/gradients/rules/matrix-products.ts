import { OnwardError } from "../../core/errors.ts";
import { describeNode, floatAttribute, intAttribute, type GraphBuilder, type Node } from "../../graph/index.ts";
import { reshapeLike, shapeSlice } from "../like.ts";
import { product } from "../product.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { sumColumns, sumRows } from "../sum-rows.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** Products of matrices; a transposed operand costs nothing in the runtime's FusedMatMul. */
export const matrixProducts: Family = {
  // Y = A B: dA = dY B^T, dB = A^T dY
  MatMul: rule(({ dy: [dy = ""], x: [a = "", b = ""], ...c }) => {
    const inner = c.rank(b) === 1;
    const outer = c.rank(a) === 1;
    if (inner || outer) return vectorProduct(c, a, b, dy);
    return [c.needs(0) ? leftGradient(c, dy, b, a) : undefined, c.needs(1) ? rightGradient(c, a, dy, b) : undefined];
  }),
  // Y = alpha A' B' + beta C, with A' and B' transposed or not
  Gemm: rule(({ g, node, needs, x: [a = "", b = "", c = ""], y: [y = ""], dy: [dy = ""] }) => {
    const beta = floatAttribute(node, "beta", 1);
    const { da, db } = factorGradients(g, a, b, dy, takenBy(node));
    // Scaled when it is summed: the runtime cannot load a product of a scaled value that is scaled once more for another product.
    const scaled = (sum: string) => (beta === 1 ? sum : g.mul(sum, beta));
    return [
      needs(0) ? da() : undefined,
      needs(1) ? db() : undefined,
      needs(2) ? scaled(biasGradient(g, dy, c, y)) : undefined,
    ];
  }),
  "com.microsoft:FusedMatMul": rule(fusedMatMul),
  "com.microsoft:TransposeMatMul": rule(fusedMatMul),
};

/** The sum over the rows of a gradient, or over its columns where each row has its own number. */
function biasGradient(g: GraphBuilder, dy: string, bias: string, y: string): string {
  const [rows, width] = g.shapeOf(y) ?? [];
  const shape = g.shapeOf(bias);
  const columns = shape?.[0];
  if (
    shape?.length === 2 &&
    shape[1] === 1 &&
    typeof rows === "number" &&
    typeof width === "number" &&
    shape[0] === rows
  )
    return sumColumns(g, dy, rows, width);
  if (shape?.length !== 1 || typeof columns !== "number" || columns === 1 || rows === 1)
    return sumToShape(g, dy, bias, y);
  const one = g.ints([1]);
  const dims = typeof rows === "number" ? g.ints([1, rows]) : g.concat([one, shapeSlice(g, y, 0, 1)], 0);
  return sumRows(g, dy, dims, columns);
}

/** What a product is multiplied by, and which of its factors are transposed: 1 or 0. */
interface Taken {
  readonly alpha: number;
  readonly ta: number;
  readonly tb: number;
}

function takenBy(node: Node): Taken {
  const [ta, tb] = [intAttribute(node, "transA", 0), intAttribute(node, "transB", 0)];
  return { alpha: floatAttribute(node, "alpha", 1), ta, tb };
}

/** Of alpha A' B', with A' = A^T: dA = (dY B'^T)^T = B' dY^T, and B likewise. */
function factorGradients(g: GraphBuilder, a: string, b: string, dy: string, { alpha, ta, tb }: Taken) {
  return {
    da: () => (ta === 1 ? product(g, b, dy, tb, 1, alpha) : product(g, dy, b, 0, 1 - tb, alpha)),
    db: () => (tb === 1 ? product(g, dy, a, 1, ta, alpha) : product(g, a, dy, 1 - ta, 0, alpha)),
  };
}

type Parts = Omit<RuleContext, "x" | "dy">;

/** dA = dY B^T, [..., m, k] */
function leftGradient(c: Parts, dy: string, b: string, a: string): string {
  const gradient = product(c.g, dy, b, 0, 1);
  return c.rank(b) === 2 ? gradient : sumBatch(c, gradient, a);
}

/** dB = A^T dY, [..., k, n]; for a matrix B all rows of the batch are rows of one product. */
function rightGradient(c: Parts, a: string, dy: string, b: string): string {
  const { g, rank, dim } = c;
  if (rank(b) > 2) return sumBatch(c, product(g, a, dy, 1, 0), b);
  if (rank(a) === 2) return product(g, a, dy, 1, 0);
  const [inputs, outputs] = [dim(b, 0), dim(b, 1)];
  if (typeof inputs !== "number" || typeof outputs !== "number") return sumBatch(c, product(g, a, dy, 1, 0), b);
  return product(g, g.reshape(a, [-1, inputs]), g.reshape(dy, [-1, outputs]), 1, 0);
}

/** Sums a gradient over the batch axes along which the operand was repeated; the two of the matrix stay. */
function sumBatch({ g, shape, rank, y: [y = ""] }: Parts, gradient: string, operand: string): string {
  const from = shape(y)?.slice(0, -2);
  const to = shape(operand)?.slice(0, -2);
  const extra = rank(y) - rank(operand);
  if (from !== undefined && to !== undefined && extra >= 0 && from.length === to.length + extra) {
    const open = to.some((dim, i) => dim !== 1 && dim !== from[i + extra] && typeof dim !== "number");
    if (!open) {
      const lacking = Array.from({ length: extra }, (_, axis) => axis);
      const repeated = to.flatMap((dim, i) => (dim === 1 && from[i + extra] !== 1 ? [i + extra] : []));
      const kept = repeated.length === 0 ? gradient : g.sum(gradient, repeated, 1);
      return g.sum(kept, lacking);
    }
  }
  // The gradient's own shape is not known here: it is compared with the operand's when the graph runs.
  return sumToShape(g, gradient, operand, gradient);
}

/** A product with a vector, as one with a matrix of one row or column. */
function vectorProduct(
  { g, needs, rank }: Parts,
  a: string,
  b: string,
  dy: string,
  taken: Taken = { alpha: 1, ta: 0, tb: 0 },
): (string | undefined)[] {
  const row = rank(a) === 1;
  const column = rank(b) === 1;
  const matrixA = row ? g.unsqueeze(a, [0]) : a;
  const matrixB = column ? g.unsqueeze(b, [1]) : b;
  let full = dy;
  if (column) full = g.unsqueeze(full, [-1]);
  if (row) full = g.unsqueeze(full, [-2]);
  const { da: left, db: right } = factorGradients(g, matrixA, matrixB, full, {
    alpha: taken.alpha,
    ta: row ? 0 : taken.ta,
    tb: column ? 0 : taken.tb,
  });
  const da = needs(0) ? left() : undefined;
  const db = needs(1) ? right() : undefined;
  return [
    da === undefined ? undefined : row ? sumLeading(g, da, rank(b) - 1, a) : da,
    db === undefined ? undefined : column ? sumLeading(g, db, rank(a) - 1, b) : db,
  ];
}

/** Sums over all batch axes; what is left has the operand's elements. */
function sumLeading(g: GraphBuilder, gradient: string, rank: number, operand: string): string {
  const batch = Array.from({ length: Math.max(0, rank - 1) }, (_, axis) => axis);
  return reshapeLike(g, g.sum(gradient, batch), operand);
}

/** Y = alpha A' B' over the last two axes: as for Gemm, and summed over the batch axes along which an operand was repeated. */
function fusedMatMul(c: RuleContext): (string | undefined)[] {
  const {
    g,
    node,
    needs,
    rank,
    x: [a = "", b = ""],
    dy: [dy = ""],
  } = c;
  if (intAttribute(node, "transBatchA", 0) === 1 || intAttribute(node, "transBatchB", 0) === 1) {
    throw new OnwardError("unsupported", { expected: "batch axes in their order", where: describeNode(node) });
  }
  const taken = takenBy(node);
  if (rank(a) === 1 || rank(b) === 1) return vectorProduct(c, a, b, dy, taken);
  const { da, db } = factorGradients(g, a, b, dy, taken);
  return [needs(0) ? sumBatch(c, da(), a) : undefined, needs(1) ? sumBatch(c, db(), b) : undefined];
}
