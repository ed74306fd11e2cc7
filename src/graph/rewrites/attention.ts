import { floatAttribute, intAttribute } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import { bind, inputOf, type Rewrite } from "./rewrite.ts";
import { causal, fromHeads, scaledDotProduct, toHeads } from "./scaled-dot-product.ts";

/** Attention of opset 23 and later, without a cache. */
export const attention: Rewrite = {
  into: "MatMul, Softmax and others",
  emit(g, node) {
    const [query = "", key = "", value = "", mask, ...rest] = Array.from({ length: 7 }, (_, i) => inputOf(node, i));
    const extra = rest.some((name) => name !== undefined) || node.outputs.slice(1).some((name) => name !== "");
    const rank = g.shapeOf(query)?.length;
    if (extra || rank === undefined || (mask !== undefined && g.typeOf(mask) === undefined)) return false;
    const heads = intAttribute(node, "q_num_heads", 0);
    const shared = intAttribute(node, "kv_num_heads", 0);
    const split = (name: string, count: number) => (rank === 3 ? toHeads(g, name, count) : name);
    const q = split(query, heads);
    const [k, v] = [repeated(g, split(key, shared), q), repeated(g, split(value, shared), q)];
    const isBoolean = mask !== undefined && g.typeOf(mask) === "bool";
    const biases = mask === undefined || isBoolean ? [] : [mask];
    const conditions = isBoolean ? [mask] : [];
    if (intAttribute(node, "is_causal", 0) === 1) conditions.push(causal(g, q, k));
    const seen = conditions.length === 0 ? undefined : conditions.reduce((a, b) => g.op("And", [a, b]));
    const scale = floatAttribute(node, "scale");
    const result = scaledDotProduct(g, { q, k, v, scale, biases, softcap: floatAttribute(node, "softcap", 0), seen });
    bind(g, node, 0, rank === 3 ? fromHeads(g, result) : result);
    return true;
  },
};

/** Keys or values whose heads are shared by several heads of the queries, once for each. */
function repeated(g: GraphBuilder, value: string, q: string): string {
  const [own, all] = [g.shapeOf(value)?.[1], g.shapeOf(q)?.[1]];
  if (own !== undefined && own === all) return value;
  const count = (name: string) => g.op("Shape", [name], { start: 1, end: 2 });
  const times = g.op("Div", [count(q), count(value)]);
  const wide = g.unsqueeze(value, [2]);
  const copies = g.op("Expand", [wide, g.concat([g.ints([1, 1]), times, g.ints([1, 1])], 0)]);
  return g.reshape(copies, g.concat([g.ints([0]), count(q), g.op("Shape", [value], { start: 2 })], 0));
}
