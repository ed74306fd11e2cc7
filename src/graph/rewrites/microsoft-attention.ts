import { floatAttribute, intAttribute, intsAttribute } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node } from "../model.ts";
import { bind, inputOf, type Rewrite } from "./rewrite.ts";
import { causal, fromHeads, maskBias, scaledDotProduct, toHeads } from "./scaled-dot-product.ts";

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
    if (mask !== undefined) biases.push(keyMask(g, mask, k, q, hidden));
    if (intAttribute(node, "unidirectional", 0) === 1) biases.push(maskBias(g, causal(g, q, k), q, hidden));
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
    if (padding !== undefined && g.shapeOf(padding)?.length !== 2) return false;
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
    if (padding !== undefined) biases.push(keyMask(g, padding, k, q, hidden));
    if (intAttribute(node, "unidirectional", 0) === 1) biases.push(maskBias(g, causal(g, q, k), q, hidden));
    bind(g, node, 0, fromHeads(g, scaledDotProduct(g, { q, k, v, scale: scaleOf(node), biases }).result));
    return true;
  },
};

/** The scale, where the node gives one; 0 means the default. */
function scaleOf(node: Node): number | undefined {
  const scale = floatAttribute(node, "scale", 0);
  return scale === 0 ? undefined : scale;
}

/** A mask of one rank or another as a bias of the scores. */
function keyMask(g: GraphBuilder, mask: string, k: string, like: string, hidden: number): string {
  const rank = g.shapeOf(mask)?.length;
  if (rank === 1) {
    // How many keys each sample has
    const keys = g.squeeze(g.op("Shape", [k], { start: 2, end: 3 }), [0]);
    const places = g.op("Range", [g.int(0), keys, g.int(1)]);
    const seen = g.op("Less", [g.unsqueeze(places, [0]), g.unsqueeze(g.op("Cast", [mask], { to: 7 }), [1])]);
    return maskBias(g, g.unsqueeze(seen, [1, 2]), like, hidden);
  }
  const axes = rank === 2 ? [1, 2] : rank === 3 ? [1] : [];
  return maskBias(g, g.unsqueeze(mask, axes), like, hidden);
}
