import type { GraphBuilder } from "../builder.ts";
import { scalarLike } from "./rewrite.ts";

/** Attention over heads: softmax(scale Q K^T + biases) V. Q, K and V are [batch, heads, positions, size]. */
export interface ScaledDotProduct {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  /** 1 / sqrt(size) where absent. */
  readonly scale: number | undefined;
  /** Added to the scores, one after the other; each broadcasts to [batch, heads, queries, keys]. */
  readonly biases: readonly string[];
  /** Bounds the scores: c tanh(scores / c). None where 0. */
  readonly softcap?: number;
  /** Which keys each query sees, as booleans; a query that sees none gets zeros. */
  readonly seen?: string | undefined;
}

/** Emits attention in plain ops. */
export function scaledDotProduct(g: GraphBuilder, parts: ScaledDotProduct): string {
  const { q, k, v, scale, biases, softcap = 0, seen } = parts;
  const scaled = g.op("Mul", [q, scale === undefined ? inverseRoot(g, q) : scalarLike(g, scale, q)]);
  let scores = g.op("MatMul", [scaled, g.op("Transpose", [k], { perm: [0, 1, 3, 2] })]);
  if (softcap !== 0) {
    const cap = scalarLike(g, softcap, q);
    scores = g.op("Mul", [g.op("Tanh", [g.op("Div", [scores, cap])]), cap]);
  }
  for (const bias of biases) scores = g.op("Add", [scores, bias]);
  const soft = (values: string) => g.op("Softmax", [values], { axis: -1 });
  if (seen === undefined) return g.op("MatMul", [soft(scores), v]);
  // A row without anything seen would be 0/0: it is computed as if all were, and dropped
  const count = g.op("ReduceMax", [g.op("Cast", [seen], { to: 1 }), g.ints([-1])], { keepdims: 1 });
  const any = g.op("Cast", [count], { to: 9 });
  const open = g.op("Or", [seen, g.op("Not", [any])]);
  const hidden = g.op("Where", [open, scores, scalarLike(g, -Infinity, q)]);
  return g.op("MatMul", [g.op("Where", [any, soft(hidden), scalarLike(g, 0, q)]), v]);
}

function inverseRoot(g: GraphBuilder, q: string): string {
  const size = g.shapeOf(q)?.[3];
  if (typeof size === "number") return scalarLike(g, 1 / Math.sqrt(size), q);
  const counted = g.castLike(g.squeeze(g.op("Shape", [q], { start: 3, end: 4 }), [0]), q);
  return g.op("Reciprocal", [g.op("Sqrt", [counted])]);
}

/** [batch, positions, heads size] -> [batch, heads, positions, size] */
export function toHeads(g: GraphBuilder, value: string, heads: number): string {
  return g.op("Transpose", [g.reshape(value, [0, 0, heads, -1])], { perm: [0, 2, 1, 3] });
}

/** [batch, heads, positions, size] -> [batch, positions, heads size] */
export function fromHeads(g: GraphBuilder, value: string): string {
  return g.reshape(g.op("Transpose", [value], { perm: [0, 2, 1, 3] }), [0, 0, -1]);
}

/** Whether each query comes after each key, or with it: [queries, keys], counted from the first of both. */
export function causal(g: GraphBuilder, q: string, k: string): string {
  const length = (value: string) => g.squeeze(g.op("Shape", [value], { start: 2, end: 3 }), [0]);
  const range = (count: string) => g.op("Range", [g.int(0), count, g.int(1)]);
  const rows = g.unsqueeze(range(length(q)), [1]);
  return g.op("GreaterOrEqual", [rows, g.unsqueeze(range(length(k)), [0])]);
}

/** `hidden` where a mask of integers is 0, else 0. */
export function maskBias(g: GraphBuilder, mask: string, like: string, hidden: number): string {
  const seen = g.op("Cast", [mask], { to: 9 });
  return g.op("Where", [seen, scalarLike(g, 0, like), scalarLike(g, hidden, like)]);
}
