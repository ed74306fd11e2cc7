import { intAttribute, intsAttribute, stringAttribute, isStatic, numbersOf, type Shape } from "../../graph/index.ts";
import { dataMovement } from "../data-movement.ts";
import { castLike } from "../indicator.ts";
import { reshapeLike, shapeSlice, zerosLike } from "../like.ts";
import { rule, type Entry, type Family, type RuleContext } from "../rule.ts";
import { sumToShape } from "../sum-to-shape.ts";
import { transposedProduct } from "../transposed-product.ts";

/** The elements stay in their order: dx is dy in the shape of x. */
const reshaping: Entry = rule(({ g, x: [x = ""], dy: [dy = ""] }) => [reshapeLike(g, dy, x)]);

/** dx is dy in the element type of x. */
const cast: Entry = rule(({ g, x: [x = ""], dy: [dy = ""] }) => [castLike(g, dy, x)]);

/** Ops that only change the shape, the type or the order of axes, join or cut. */
export const shapes: Family = {
  Reshape: reshaping,
  Flatten: reshaping,
  Squeeze: reshaping,
  Unsqueeze: reshaping,
  "com.microsoft:ExpandDims": reshaping,
  Cast: cast,
  CastLike: cast,
  // The inverse permutation
  Transpose: rule(({ g, node, rank, x: [x = ""], dy: [dy = ""] }) => {
    const axes = Array.from({ length: rank(x) }, (_, axis) => axis);
    const perm = intsAttribute(node, "perm") ?? axes.toReversed();
    const inverse = axes.map((axis) => perm.indexOf(axis));
    const swapped = perm.length === 2 && perm[0] === 1 ? transposedProduct(g, dy) : undefined;
    return [swapped ?? g.transpose(dy, inverse)];
  }),
  // The sum over the copies
  Expand: rule(({ g, x: [x = ""], y: [y = ""], dy: [dy = ""] }) => [sumToShape(g, dy, x, y)]),
  Tile: rule(tile),
  // Each its part
  Concat: rule(({ g, node, x, dy: [dy = ""] }) => {
    const axis = intAttribute(node, "axis", 0);
    const end = axis === -1 ? undefined : axis + 1;
    const sizes: Shape = x.map((value) => g.shapeOf(value)?.at(axis));
    const split = isStatic(sizes)
      ? g.ints(sizes)
      : g.concat(
          x.map((value) => shapeSlice(g, value, axis, end)),
          0,
        );
    return x.length === 1 ? [dy] : g.ops("Split", [dy, split], x.length, { axis });
  }),
  // The parts joined, with zeros for those that nothing flows back to
  Split: rule(({ g, node, y, dy }) => [
    g.concat(
      y.map((part, i) => dy[i] ?? zerosLike(g, part)),
      intAttribute(node, "axis", 0),
    ),
  ]),
  // The mirrored cut
  Trilu: rule(triangle),
  "com.microsoft:Trilu": rule(triangle),
  DepthToSpace: rule(({ g, node, x: [x = ""], dy: [dy = ""], dim }) => {
    const blocksize = intAttribute(node, "blocksize", 1);
    if (stringAttribute(node, "mode", "DCR") === "DCR") return [g.op("SpaceToDepth", [dy], { blocksize })];
    // [N, C, H b, W b] -> [N, C, H, b, W, b] -> [N, C, b, b, H, W]
    const [height, width] = [dim(x, 2), dim(x, 3)];
    const sizes =
      typeof height === "number" && typeof width === "number"
        ? g.ints([0, 0, height, blocksize, width, blocksize])
        : g.concat(
            [g.ints([0, 0]), shapeSlice(g, x, 2, 3), g.ints([blocksize]), shapeSlice(g, x, 3, 4), g.ints([blocksize])],
            0,
          );
    return [reshapeLike(g, g.transpose(g.reshape(dy, sizes), [0, 1, 3, 5, 2, 4]), x)];
  }),
  SpaceToDepth: rule(({ g, node, dy: [dy = ""] }) => [
    g.op("DepthToSpace", [dy], { blocksize: intAttribute(node, "blocksize", 1), mode: "DCR" }),
  ]),
  // Reversing twice changes nothing
  ReverseSequence: rule(({ g, node, x: [, lengths = ""], dy: [dy = ""] }) => [
    g.op("ReverseSequence", [dy, lengths], {
      batch_axis: intAttribute(node, "batch_axis", 1),
      time_axis: intAttribute(node, "time_axis", 0),
    }),
  ]),
};

/** The sum over the repetitions: [r1, d1, r2, d2, ...] over each r. */
function tile(c: RuleContext): readonly string[] {
  const {
    g,
    constant,
    staticShape,
    x: [x = "", repeats = ""],
    dy: [dy = ""],
  } = c;
  const dims = staticShape(x);
  const data = constant(repeats);
  if (dims === undefined || data === undefined || dims.includes(0)) return [dataMovement(c)];
  const counts = numbersOf(data);
  const split = g.reshape(
    dy,
    dims.flatMap((dim, i) => [counts[i] ?? 1, dim]),
  );
  return [
    g.sum(
      split,
      dims.map((_, i) => 2 * i),
    ),
  ];
}

function triangle({ g, node, x: [, k], dy: [dy = ""] }: RuleContext): readonly string[] {
  return [g.op("Trilu", k === undefined || k === "" ? [dy] : [dy, k], { upper: intAttribute(node, "upper", 1) })];
}
