import { floatAttribute, intAttribute, intsAttribute } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node } from "../model.ts";
import { bind, inputOf, type Rewrite } from "./rewrite.ts";
import { causal, fromHeads, maskBias, positions, scaledDotProduct, toHeads } from "./scaled-dot-product.ts";

/** What the runtime adds to the scores of the keys that come after a query, whatever it adds for a mask. */
const lowest = -3.4028234663852886e38;

/** Self-attention with one product for queries, keys and values. */
export const microsoftAttention: Rewrite = {
  into: "MatMul, Softmax and others",
  emit(g, node) {
    const [x = "", weights = "", bias, mask, past, relative] = Array.from({ length: 6 }, (_, i) => inputOf(node, i));
    if (past !== undefined || (node.outputs[1] ?? "") !== "" || intAttribute(node, "do_rotary", 0) === 1) return false;
    if (mask !== undefined && g.shapeOf(mask) === undefined) return false;
    const heads = intAttribute(node, "num_heads", 1);
    const product = g.op("MatMul", [x, weights]);
    const packed = bias === undefined ? product : g.op("Add", [product, bias]);
    const sizes = intsAttribute(node, "qkv_hidden_sizes");
    const parts =
      sizes === undefined || sizes.length === 0
        ? g.ops("Split", [packed], 3, { axis: -1, num_outputs: 3 })
        : g.ops("Split", [packed, g.ints(sizes)], 3, { axis: -1 });
    const [q = "", k = "", v = ""] = parts.map((part) => toHeads(g, part, heads));
    const biases = relative === undefined ? [] : [relative];
    const hidden = floatAttribute(node, "mask_filter_value", -10000);
    if (mask !== undefined) biases.push(keyMask(g, mask, x, k, q, hidden));
    if (intAttribute(node, "unidirectional", 0) === 1) biases.push(maskBias(g, causal(g, q, k), q, lowest));
    bind(g, node, 0, fromHeads(g, scaledDotProduct(g, { q, k, v, scale: scaleOf(node), biases }).result));
    return true;
  },
};

/** Attention over given queries, keys and values. */
export const multiHeadAttention: Rewrite = {
  into: "MatMul, Softmax and others",
  emit(g, node) {
    const [query = "", key, value, bias, padding, relative, ...past] = Array.from({ length: 10 }, (_, i) =>
      inputOf(node, i),
    );
    const extra = past.some((name) => name !== undefined) || node.outputs.slice(1).some((name) => name !== "");
    if (extra || key === undefined || value === undefined) return false;
    const ranks = [query, key, value].map((name) => g.shapeOf(name)?.length);
    if (ranks[0] !== 3 || ranks.includes(undefined)) return false;
    if (padding !== undefined && ![1, 2, 3].includes(g.shapeOf(padding)?.length ?? 0)) return false;
    const heads = intAttribute(node, "num_heads", 1);
    const biased = [query, key, value].map((name) => name);
    if (bias !== undefined) {
      const width = g.op("Shape", [query], { start: 2, end: 3 });
      const rest = g.op("Sub", [g.op("Shape", [bias]), g.op("Add", [width, width])]);
      const parts = g.ops("Split", [bias, g.concat([width, width, rest], 0)], 3, { axis: 0 });
      for (const [i, part] of parts.entries()) if (ranks[i] === 3) biased[i] = g.op("Add", [biased[i] ?? "", part]);
    }
    // Keys and values of rank 4 have their heads apart already
    const [q = "", k = "", v = ""] = biased.map((name, i) => (ranks[i] === 3 ? toHeads(g, name, heads) : name));
    const biases = relative === undefined ? [] : [relative];
    const hidden = floatAttribute(node, "mask_filter_value", -10000);
    if (padding !== undefined) biases.push(keyMask(g, padding, query, k, q, hidden));
    if (intAttribute(node, "unidirectional", 0) === 1) biases.push(maskBias(g, causal(g, q, k), q, lowest));
    bind(g, node, 0, fromHeads(g, scaledDotProduct(g, { q, k, v, scale: scaleOf(node), biases }).result));
    return true;
  },
};

/** The scale, where the node gives one; 0 means the default. */
function scaleOf(node: Node): number | undefined {
  const scale = floatAttribute(node, "scale", 0);
  return scale === 0 ? undefined : scale;
}

/** A mask of one rank or another as a bias of the scores, `x` being [batch, ...]. */
function keyMask(g: GraphBuilder, mask: string, x: string, k: string, like: string, hidden: number): string {
  const rank = g.shapeOf(mask)?.length;
  if (rank === 1) {
    const { ends, starts } = extents(g, mask, x);
    const keys = g.unsqueeze(positions(g, k), [0]);
    const ended = g.op("Less", [keys, g.unsqueeze(ends, [1])]);
    const seen =
      starts === undefined ? ended : g.op("And", [ended, g.op("GreaterOrEqual", [keys, g.unsqueeze(starts, [1])])]);
    return maskBias(g, g.unsqueeze(seen, [1, 2]), like, hidden);
  }
  const axes = rank === 2 ? [1, 2] : rank === 3 ? [1] : [];
  return maskBias(g, g.unsqueeze(mask, axes), like, hidden);
}

/**
 * Where the keys of each sample end and start, [batch], of a mask of rank 1: it holds the ends; or the ends, then the starts; or
 * the ends, then 2 batch + 2 sums, which say nothing more.
 */
function extents(g: GraphBuilder, mask: string, x: string): { ends: string; starts: string | undefined } {
  const places = g.op("Cast", [mask], { to: 7 });
  const [own, samples] = [g.shapeOf(mask)?.[0], g.shapeOf(x)?.[0]];
  if (own !== undefined && own === samples) return { ends: places, starts: undefined };
  const batch = g.op("Shape", [x], { start: 0, end: 1 });
  const twice = g.add(batch, batch);
  const ends = g.op("Slice", [places, g.ints([0]), batch]);
  // Zeros, where no starts are held
  const held = g.op("Cast", [g.equal(g.op("Shape", [mask]), twice)], { to: 7 });
  const more = g.concat([places, g.op("Expand", [g.ints([0]), batch])], 0);
  return { ends, starts: g.mul(g.op("Slice", [more, batch, twice]), held) };
}
