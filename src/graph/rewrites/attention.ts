import { floatAttribute, intAttribute } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Shape } from "../model.ts";
import { tensorData } from "../tensor-data.ts";
import { bind, inputOf, scalarLike, type Rewrite } from "./rewrite.ts";
import {
  fromHeads,
  lengthOf,
  places,
  positions,
  scaledDotProduct,
  since,
  toHeads,
  upTo,
} from "./scaled-dot-product.ts";

/** Attention of opset 23 and later, with a cache or without. */
export const attention: Rewrite = {
  into: "MatMul, Softmax and others",
  emit(g, node) {
    const [query = "", key = "", value = "", given, pastKey, pastValue, lengths] = Array.from({ length: 7 }, (_, i) =>
      inputOf(node, i),
    );
    const rank = g.shapeOf(query)?.length;
    if (rank === undefined || (given !== undefined && g.typeOf(given) === undefined)) return false;
    const split = (name: string, heads: string) => (rank === 3 ? toHeads(g, name, intAttribute(node, heads, 0)) : name);
    const joined = (past: string | undefined, own: string) => (past === undefined ? own : g.concat([past, own], 2));
    const q = split(query, "q_num_heads");
    const keys = joined(pastKey, split(key, "kv_num_heads"));
    const values = joined(pastValue, split(value, "kv_num_heads"));
    const [k, v] = [repeated(g, keys, q), repeated(g, values, q)];

    const sizes = [g.shapeOf(key)?.[rank - 2], pastKey === undefined ? 0 : g.shapeOf(pastKey)?.[2]];
    const mask = given === undefined ? undefined : reaching(g, given, sizes);
    const isBoolean = mask !== undefined && g.typeOf(mask) === "bool";
    const conditions = isBoolean ? [mask] : [];
    const filled = lengths === undefined ? undefined : g.unsqueeze(lengths, [1, 2, 3]);
    if (filled !== undefined) conditions.push(g.less(positions(g, k), filled));
    const place = () => {
      if (filled !== undefined) return places(g, q, g.sub(filled, lengthOf(g, q)));
      return places(g, q, pastKey === undefined ? undefined : lengthOf(g, pastKey));
    };
    // Of a window, -1 leaves a side open
    const [back, ahead] = [intAttribute(node, "left_window_size", -1), intAttribute(node, "right_window_size", -1)];
    if (intAttribute(node, "is_causal", 0) === 1) conditions.push(upTo(g, place(), k, 0));
    if (ahead >= 0) conditions.push(upTo(g, place(), k, ahead));
    if (back >= 0) conditions.push(since(g, place(), k, back));
    const stages = scaledDotProduct(g, {
      ...{ q, k, v },
      scale: floatAttribute(node, "scale"),
      biases: mask === undefined || isBoolean ? [] : [mask],
      softcap: floatAttribute(node, "softcap", 0),
      seen: conditions.length === 0 ? undefined : conditions.reduce((a, b) => g.op("And", [a, b])),
    });
    bind(g, node, 0, rank === 3 ? fromHeads(g, stages.result) : stages.result);
    bind(g, node, 1, keys);
    bind(g, node, 2, values);
    if ((node.outputs[3] ?? "") === "") return true;
    const shown = [stages.products, stages.capped, stages.masked(), stages.probabilities];
    bind(g, node, 3, shown[intAttribute(node, "qk_matmul_output_mode", 0)] ?? stages.products);
    return true;
  },
};

/** A mask for the first keys, made one for all: the others are not seen. */
function reaching(g: GraphBuilder, mask: string, [own, past]: Shape): string {
  const shape = g.shapeOf(mask) ?? [];
  const width = shape.at(-1);
  if (typeof width !== "number" || typeof own !== "number" || typeof past !== "number") return mask;
  if (width === 1 || width >= own + past) return mask;
  const pads = Array.from({ length: 2 * shape.length }, () => 0);
  pads[pads.length - 1] = own + past - width;
  const unseen = g.typeOf(mask) === "bool" ? g.constant(tensorData("bool", [], [0])) : scalarLike(g, -Infinity, mask);
  return g.op("Pad", [mask, g.ints(pads), unseen]);
}

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
