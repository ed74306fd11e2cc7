import { stringAttribute } from "../../graph/index.ts";
import { dataMovement } from "../data-movement.ts";
import { filled, flat, knownType, reshapeLike } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { flatIndices } from "../scatter-add.ts";

/** Padding and cropping. */
export const padding: Family = {
  // Constant: what was added is cut off, what was cut off is zero. Other modes copy elements
  Pad: rule(padded),
  // Its pads may be a matrix of one row
  "com.microsoft:Pad": rule(({ node, ...c }) => {
    const [x = "", pads = "", value = ""] = c.x;
    const list = c.rank(pads) === 1 ? pads : flat(c.g, pads);
    return padded({ ...c, node: { ...node, domain: "" }, x: [x, list, value] });
  }),
  // The op on flat indices counted from 1 tells where each element came from, 0 what was added
  CenterCropPad: rule(({ g, node, x: [x = "", ...rest], dy: [dy = ""] }) => {
    const origins = g.fresh(node.op);
    const counted = g.op("Cast", [g.add(flatIndices(g, x), 1)], { to: 1 });
    g.node({ ...node, name: origins, inputs: [counted, ...rest], outputs: [origins] });
    const places = flat(g, g.op("Cast", [origins], { to: 7 }));
    const size = g.add(g.reshape(g.op("Size", [x]), [1]), 1);
    const zeros = filled(g, size, 0, knownType(g, x));
    const sums = g.op("ScatterElements", [zeros, places, flat(g, dy)], { axis: 0, reduction: "add" });
    return [reshapeLike(g, g.op("Slice", [sums, g.ints([1]), g.ints([2 ** 31])]), x)];
  }),
};

function padded(c: RuleContext): (string | undefined)[] {
  const {
    g,
    node,
    needs,
    rank,
    x: [x = "", pads = "", value = "", axes = ""],
    dy: [dy = ""],
  } = c;
  const rest = axes === "" ? [] : ["", axes];
  // The value is not read then, and would be of another type than the indices that are moved
  if (stringAttribute(node, "mode", "constant") !== "constant") return [dataMovement({ ...c, x: [x, pads, ...rest] })];
  const dx = g.op("Pad", [dy, g.neg(pads), ...rest]);
  if (value === "" || !needs(2)) return [dx];
  // What is not of the input is the constant
  const sum = (gradient: string) => g.op("ReduceSum", [gradient], { keepdims: 0 });
  const constant = g.sub(sum(dy), sum(dx));
  return [dx, undefined, rank(value) === 0 ? constant : reshapeLike(g, constant, value)];
}
