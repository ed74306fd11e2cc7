import { stringAttribute } from "../../graph/index.ts";
import { dataMovement } from "../data-movement.ts";
import { filled, flat, knownType, reshapeLike } from "../like.ts";
import { rule, type Family } from "../rule.ts";
import { flatIndices } from "../scatter-add.ts";

/** Padding and cropping. */
export const padding: Family = {
  // Constant: what was added is cut off, what was cut off is zero. Other modes copy elements
  Pad: rule((c) => {
    const {
      g,
      node,
      needs,
      x: [, pads = "", value = "", axes = ""],
      dy: [dy = ""],
    } = c;
    if (stringAttribute(node, "mode", "constant") !== "constant") return [dataMovement(c)];
    const inverse = [dy, g.neg(pads), ...(axes === "" ? [] : ["", axes])];
    const dx = g.op("Pad", inverse);
    // What is not of the input is the constant
    const sum = (gradient: string) => g.op("ReduceSum", [gradient], { keepdims: 0 });
    return [dx, undefined, value !== "" && needs(2) ? g.sub(sum(dy), sum(dx)) : undefined];
  }),
  "com.microsoft:Pad": rule(({ g, node, x: [x = "", pads = ""], dy: [dy = ""], ...c }) => [
    stringAttribute(node, "mode", "constant") === "constant"
      ? g.op("Pad", [dy, g.neg(pads)])
      : dataMovement({ ...c, g, node: { ...node, domain: "" }, x: [x, pads], dy: [dy] }),
  ]),
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
