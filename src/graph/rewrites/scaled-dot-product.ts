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

/** What attention computes, and what it computes on the way. */
export interface AttentionResult {
  readonly result: string;
  /** scale Q K^T. */
  readonly products: string;
  /** Those, bounded by the soft cap. */
  readonly capped: string;
  /** With biases, and minus infinity where a query does not see a key. */
  readonly masked: () => string;
  /** Of each key for each query; zeros for a query that sees none. */
  readonly probabilities: string;
}

/** Emits attention in plain ops. */
export function scaledDotProduct(g: GraphBuilder, parts: ScaledDotProduct): AttentionResult {
  const { q, k, v, scale, biases, softcap = 0, seen } = parts;
  const scaled = g.op("Mul", [q, scale === undefined ? inverseRoot(g, q) : scalarLike(g, scale, q)]);
  const products = g.op("MatMul", [scaled, g.op("Transpose", [k], { perm: [0, 1, 3, 2] })]);
  let capped = products;
  if (softcap !== 0) {
    const cap = scalarLike(g, softcap, q);
    capped = g.op("Mul", [g.op("Tanh", [g.op("Div", [products, cap])]), cap]);
  }
  const scores = biases.reduce((sum, bias) => g.op("Add", [sum, bias]), capped);
  const soft = (values: string) => g.op("Softmax", [values], { axis: -1 });
  const hidden = (visible: string) => g.op("Where", [visible, scores, scalarLike(g, -Infinity, q)]);
  const masked = () => (seen === undefined ? scores : hidden(seen));
  let probabilities: string;
  if (seen === undefined) probabilities = soft(scores);
  else {
    // A row without anything seen would be 0/0: it is computed as if all were, and dropped
    const count = g.op("ReduceMax", [g.op("Cast", [seen], { to: 1 }), g.ints([-1])], { keepdims: 1 });
    const any = g.op("Cast", [count], { to: 9 });
    const open = g.op("Or", [seen, g.op("Not", [any])]);
    probabilities = g.op("Where", [any, soft(hidden(open)), scalarLike(g, 0, q)]);
  }
  return { result: g.op("MatMul", [probabilities, v]), products, capped, masked, probabilities };
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
  return upTo(g, places(g, q), k, 0);
}

/**
 * The places of the queries in the sequence of keys: [queries, 1], or [batch, 1, queries, 1].
 *
 * @param before - the number of keys before the first query: a scalar, or [batch, 1, 1, 1]
 */
export function places(g: GraphBuilder, q: string, before?: string): string {
  const rows = g.unsqueeze(positions(g, q), [1]);
  return before === undefined ? rows : g.add(rows, before);
}

/** Whether each key comes at most `ahead` places after a query's. */
export function upTo(g: GraphBuilder, query: string, k: string, ahead: number): string {
  const last = ahead === 0 ? query : g.add(query, g.int(ahead));
  return g.op("GreaterOrEqual", [last, g.unsqueeze(positions(g, k), [0])]);
}

/** Whether each key comes at most `back` places before a query's. */
export function since(g: GraphBuilder, query: string, k: string, back: number): string {
  return g.op("LessOrEqual", [g.sub(query, g.int(back)), g.unsqueeze(positions(g, k), [0])]);
}

/** 0, 1, 2, ... for the positions of [batch, heads, positions, size]. */
export function positions(g: GraphBuilder, value: string): string {
  return g.op("Range", [g.int(0), lengthOf(g, value), g.int(1)]);
}

/** The number of positions of [batch, heads, positions, size], a scalar. */
export function lengthOf(g: GraphBuilder, value: string): string {
  return g.squeeze(g.op("Shape", [value], { start: 2, end: 3 }), [0]);
}

/** `hidden` where a mask of integers is 0, else 0. */
export function maskBias(g: GraphBuilder, mask: string, like: string, hidden: number): string {
  const seen = g.op("Cast", [mask], { to: 9 });
  return g.op("Where", [seen, scalarLike(g, 0, like), scalarLike(g, hidden, like)]);
}
