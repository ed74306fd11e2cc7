import { intAttribute, intsAttribute, qualifiedName, type Node } from "../graph/index.ts";

/** Where the samples are in a value: along which axis, and how many elements of that axis stand before them, as factors of it. */
export interface BatchLayout {
  readonly axis: number;
  /** 1 where the samples are the outermost part of the axis, as they mostly are. */
  readonly outer: number;
}

/** What is known of a graph that was exported for batches of one size. */
export interface SizedGraph {
  readonly size: number;
  readonly shape: (name: string) => readonly number[] | undefined;
  /** The value of what depends on constants alone. */
  readonly ints: (name: string) => readonly number[] | undefined;
}

/**
 * Finds where the samples are in a node's result, from where they are in its inputs.
 *
 * @param layouts - of the inputs; undefined where one has no samples
 * @returns undefined where the result has none, "unknown" where it cannot be told
 */
export function resultLayout(
  node: Node,
  layouts: readonly (BatchLayout | undefined)[],
  graph: SizedGraph,
): BatchLayout | undefined | "unknown" {
  const i = layouts.findIndex((layout) => layout !== undefined);
  const layout = layouts[i];
  const op = qualifiedName(node);
  if (layout === undefined || op === "Shape" || op === "Size") return undefined;
  const from = graph.shape(node.inputs[i] ?? "");
  const to = graph.shape(node.outputs[0] ?? "");
  if (from === undefined || to === undefined) return "unknown";
  const at = (axis: number | undefined) =>
    axis !== undefined && to[axis] === from[layout.axis] ? { axis, outer: layout.outer } : "unknown";
  switch (op) {
    case "Reshape":
      return i === 0 ? (regrouped(layout, from, to, graph.size) ?? "unknown") : "unknown";
    case "Flatten": {
      const split = intAttribute(node, "axis", 1);
      const start = layout.axis < split ? 0 : split;
      return { axis: start === 0 ? 0 : 1, outer: product(from.slice(start, layout.axis)) * layout.outer };
    }
    case "Transpose": {
      const order = intsAttribute(node, "perm") ?? from.map((_, axis) => from.length - 1 - axis);
      return at(order.indexOf(layout.axis));
    }
    case "Unsqueeze": {
      const listed = intsAttribute(node, "axes") ?? graph.ints(node.inputs[1] ?? "");
      const axes = listed?.map((axis) => (axis < 0 ? axis + to.length : axis));
      return axes === undefined
        ? "unknown"
        : at(to.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))[layout.axis]);
    }
    case "GatherND":
      return picksAll(node, graph) ? (regrouped(layout, from, to, graph.size) ?? "unknown") : "unknown";
    case "Gather": {
      if (picksAll(node, graph)) return regrouped(layout, from, to, graph.size) ?? "unknown";
      const axis = intAttribute(node, "axis", 0);
      const data = graph.shape(node.inputs[0] ?? "")?.length ?? 0;
      const along = axis < 0 ? axis + data : axis;
      if (i === 1) return at(along + layout.axis);
      if (along === layout.axis) return "unknown";
      return at(layout.axis < along ? layout.axis : layout.axis + to.length - from.length);
    }
    case "Gemm":
      return at(0);
    case "MatMul":
      return from.length - layout.axis === (i === 0 ? 1 : 2) ? "unknown" : at(layout.axis + to.length - from.length);
    default:
      return to.length < from.length
        ? withoutAxes(node, layout, from, to, graph)
        : at(layout.axis + to.length - from.length);
  }
}

/**
 * Whether a Gather or GatherND with constant indices picks every element in order, into other axes: what PyTorch's exporter
 * writes for an average over whole maps, and for the mask of a text.
 */
export function picksAll(node: Node, graph: SizedGraph): boolean {
  const [data = "", indices = ""] = node.inputs;
  const op = qualifiedName(node);
  const sizes = graph.shape(data);
  const picked = graph.ints(indices);
  if ((op !== "Gather" && op !== "GatherND") || sizes === undefined || picked === undefined) return false;
  const count = product(sizes);
  // Gather picks along one axis: it has to be the only one that is wide.
  const along = op === "Gather" ? sizes.slice(0, 1) : sizes;
  const coordinates = op === "Gather" ? 1 : graph.shape(indices)?.at(-1);
  const first = intAttribute(node, "axis", 0) === 0 && intAttribute(node, "batch_dims", 0) === 0;
  if (!first || coordinates !== along.length || product(along) !== count || picked.length !== count * along.length)
    return false;
  return Array.from({ length: count }, (_, i) => i).every(
    (at) => along.reduce((place, size, axis) => place * size + (picked[at * along.length + axis] ?? 0), 0) === at,
  );
}

/** After ops that take axes away: Squeeze, and reductions. */
function withoutAxes(
  node: Node,
  { axis, outer }: BatchLayout,
  from: readonly number[],
  to: readonly number[],
  graph: SizedGraph,
): BatchLayout | "unknown" {
  const squeezed = node.op === "Squeeze" ? from.flatMap((size, i) => (size === 1 ? [i] : [])) : undefined;
  const listed = intsAttribute(node, "axes") ?? graph.ints(node.inputs[1] ?? "") ?? squeezed;
  const axes = listed?.map((i) => (i < 0 ? i + from.length : i));
  if (axes === undefined || axes.includes(axis) || from.length - axes.length !== to.length) return "unknown";
  return { axis: axis - axes.filter((i) => i < axis).length, outer };
}

/**
 * Where samples are after their elements were grouped into other axes. Elements keep their order, so as many stand before the
 * samples as did; where several axes fit, the last, which holds features, is the least likely, and one that holds the samples
 * alone, or as its outermost part, the most.
 */
function regrouped(
  layout: BatchLayout,
  from: readonly number[],
  to: readonly number[],
  size: number,
): BatchLayout | undefined {
  const before = product(from.slice(0, layout.axis)) * layout.outer;
  const fitting = to.flatMap((wide, axis) => {
    const outer = before / product(to.slice(0, axis));
    if (!Number.isInteger(outer) || wide % (outer * size) !== 0) return [];
    const last = axis > 0 && axis === to.length - 1;
    return [{ axis, outer, rank: [last, outer !== 1, wide !== outer * size].map(Number).join("") }];
  });
  const [best] = fitting.sort((a, b) => Number(a.rank) - Number(b.rank) || a.axis - b.axis);
  return best && { axis: best.axis, outer: best.outer };
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
