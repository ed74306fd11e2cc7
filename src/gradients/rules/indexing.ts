import { intAttribute, numbersOf, tensorData, type GraphBuilder } from "../../graph/index.ts";
import { dataMovement } from "../data-movement.ts";
import { castLike } from "../indicator.ts";
import { flat, shapeSlice, zerosLike } from "../like.ts";
import { product } from "../product.ts";
import { refused, rule, zero, type Family, type RuleContext } from "../rule.ts";

/** Ops that pick elements by index, and put them, or make tensors of a few numbers. */
export const indexing: Family = {
  // dx[i] = sum of dy where i was taken
  Gather: rule(gather),
  GatherElements: rule(({ g, node, x: [x = "", indices = ""], dy: [dy = ""] }) => [
    g.op("ScatterElements", [zerosLike(g, x), indices, dy], { axis: intAttribute(node, "axis", 0), reduction: "add" }),
  ]),
  GatherND: rule((c) => [dataMovement(c)]),
  "com.microsoft:GatherND": rule((c) => [dataMovement(c)]),
  "com.microsoft:UnfoldTensor": rule((c) => [dataMovement(c)]),
  Compress: rule((c) => [dataMovement(c)]),
  // dx = dy at the places of the values taken
  TopK: rule((c) => {
    const {
      g,
      node,
      x: [x = ""],
      dy: [dy],
    } = c;
    if (dy === undefined) return [undefined];
    return [g.op("ScatterElements", [zerosLike(g, x), c.output(1), dy], { axis: intAttribute(node, "axis", -1) })];
  }),
  Slice: rule(slice),
  // y = off + (on - off) h with h of zeros and ones: doff = sum dy (1 - h), don = sum dy h
  OneHot: rule(({ g, node, x: [indices = "", depth = ""], dy: [dy = ""] }) => {
    const offOn = g.constant(tensorData("float32", [2], [0, 1]));
    const chosen = castLike(g, g.op("OneHot", [indices, depth, offOn], { axis: intAttribute(node, "axis", -1) }), dy);
    const sum = (value: string) => g.op("ReduceSum", [flat(g, value)], { keepdims: 1 });
    const on = sum(g.mul(dy, chosen));
    return [undefined, undefined, g.concat([g.sub(sum(dy), on), on], 0)];
  }),
  Range: rule(range),
  "com.microsoft:Range": rule(range),
  NonZero: zero,
  Unique: refused("the number of its results changes with the values"),
};

// y_i = start + i delta: dstart = sum dy, ddelta = sum i dy
function range({ g, needs, rank, x, y: [y = ""], dy: [dy = ""] }: RuleContext): readonly (string | undefined)[] {
  // ONNX Runtime's own op takes vectors of one number too
  const sum = (value: string, i: number) => g.op("ReduceSum", [value], { keepdims: rank(x[i] ?? "") });
  const counted = () => castLike(g, g.op("Range", [g.int(0), g.op("Size", [y]), g.int(1)]), dy);
  return [needs(0) ? sum(dy, 0) : undefined, undefined, needs(2) ? sum(g.mul(dy, counted()), 2) : undefined];
}

function gather(c: RuleContext): readonly string[] {
  const {
    g,
    node,
    rank,
    x: [x = "", indices = ""],
    dy: [dy = ""],
  } = c;
  const axis = (intAttribute(node, "axis", 0) + rank(x)) % rank(x);
  const rows = rank(indices);
  const padded = rows === 0 ? single(c, axis) : undefined;
  if (padded !== undefined) return [padded];
  let values = dy;
  if (rows === 0) values = g.unsqueeze(dy, [axis]);
  // [before, indices, after] -> [before, n, after]
  if (rows > 1) values = g.reshape(dy, g.concat([...copied(g, axis), g.ints([-1]), shapeSlice(g, x, axis + 1)], 0));
  const smallTable = rows > 0 && axis === 0 ? tableGradient(c, values) : undefined;
  if (smallTable !== undefined) return [smallTable];
  const others = Array.from({ length: rank(x) }, (_, i) => i).filter((i) => i !== axis);
  const places = g.op("Expand", [g.unsqueeze(flat(g, indices), others), g.shape(values)]);
  return [g.op("ScatterElements", [zerosLike(g, x), places, values], { axis, reduction: "add" })];
}

/**
 * The gradient of a table of few rows, [rows, columns], as a product with ones where a row was taken: putting values in their places
 * one by one takes longer.
 */
function tableGradient({ g, dim, rank, x: [x = "", indices = ""] }: RuleContext, values: string): string | undefined {
  const [size, columns] = [dim(x, 0), dim(x, 1)];
  if (rank(x) !== 2 || typeof size !== "number" || size > 16 || columns === undefined) return undefined;
  if (g.typeOf(x) !== "float32" || g.typeOf(indices) !== "int64") return undefined;
  const offOn = g.constant(tensorData("float32", [2], [0, 1]));
  const taken = g.op("OneHot", [flat(g, indices), g.int(size), offOn], { axis: -1 });
  return product(g, taken, values, 1, 0);
}

/** In a shape for Reshape, "as it is" for the first axes. */
function copied(g: GraphBuilder, axes: number): string[] {
  return axes === 0 ? [] : [g.ints(Array.from({ length: axes }, () => 0))];
}

/** One constant index: the gradient between zeros. */
function single({ g, constant, dim, rank, x: [x = "", indices = ""], dy: [dy = ""] }: RuleContext, axis: number) {
  const data = constant(indices);
  const size = dim(x, axis);
  const at = data === undefined ? undefined : numbersOf(data)[0];
  if (at === undefined || typeof size !== "number") return undefined;
  const index = at < 0 ? at + size : at;
  const pads = Array.from({ length: 2 * rank(x) }, () => 0);
  pads[axis] = index;
  pads[axis + rank(x)] = size - 1 - index;
  return g.op("Pad", [g.unsqueeze(dy, [axis]), g.ints(pads)]);
}

/** The gradient between zeros; a step larger than 1 leaves zeros between its elements too. */
function slice(c: RuleContext): readonly string[] {
  const {
    g,
    constant,
    rank,
    dim,
    x: [x = "", ...bounds],
    y: [y = ""],
    dy: [dy = ""],
  } = c;
  const [starts, ends, axes, steps] = bounds.map((name) => {
    const data = name === "" ? undefined : constant(name);
    return data === undefined ? undefined : numbersOf(data);
  });
  const given = bounds.every((name) => name === "" || constant(name) !== undefined);
  if (!given || starts === undefined || ends === undefined) return [dataMovement(c)];
  const sliced = starts.map((_, i) => ((axes?.[i] ?? i) + rank(x)) % rank(x));
  const pads = Array.from({ length: 2 * rank(x) }, () => 0);
  let value = dy;
  for (const [i, axis] of sliced.entries()) {
    const step = steps?.[i] ?? 1;
    const [size, count] = [dim(x, axis), dim(y, axis)];
    if (step < 1 || typeof size !== "number" || typeof count !== "number") return [dataMovement(c)];
    const start = Math.min(Math.max((starts[i] ?? 0) < 0 ? (starts[i] ?? 0) + size : (starts[i] ?? 0), 0), size);
    if (step > 1) value = spread(g, value, axis, rank(x), step, count);
    pads[axis] = start;
    pads[axis + rank(x)] = size - start - count * step;
  }
  return [g.op("Pad", [value, g.ints(pads)])];
}

/** Puts step - 1 zeros after each element along an axis: [..., n, ...] becomes [..., n step, ...]. */
function spread(g: GraphBuilder, value: string, axis: number, rank: number, step: number, count: number): string {
  const pads = Array.from({ length: 2 * (rank + 1) }, () => 0);
  pads[axis + 1 + rank + 1] = step - 1;
  const padded = g.op("Pad", [g.unsqueeze(value, [axis + 1]), g.ints(pads)]);
  const tail = g.op("Shape", [value], { start: axis + 1 });
  const parts = [...copied(g, axis), g.ints([count * step]), ...(axis + 1 < rank ? [tail] : [])];
  return g.reshape(padded, g.concat(parts, 0));
}
