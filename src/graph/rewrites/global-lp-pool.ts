import { intAttribute } from "../attributes.ts";
import { bind, inputOf, scalarLike, type Rewrite } from "./rewrite.ts";

/** The norm of each channel: y = (sum of |x|^p)^(1/p); the runtime has no kernel for it in opset 22 and later. */
export const globalLpPool: Rewrite = {
  into: "ReduceL1, ReduceL2 or powers",
  emit(g, node) {
    const x = inputOf(node, 0) ?? "";
    const order = intAttribute(node, "p", 2);
    const lined = g.reshape(x, [0, 0, -1]);
    const axes = g.ints([2]);
    const powers = () => g.op("Pow", [g.op("Abs", [lined]), scalarLike(g, order, x)]);
    const norm =
      order === 1 || order === 2
        ? g.op(order === 1 ? "ReduceL1" : "ReduceL2", [lined, axes], { keepdims: 0 })
        : g.op("Pow", [g.op("ReduceSum", [powers(), axes], { keepdims: 0 }), scalarLike(g, 1 / order, x)]);
    // [N, C] -> [N, C, 1, ...], with as many axes as x
    const spatial = g.op("Shape", [g.op("Shape", [x], { start: 2 })]);
    const ones = g.op("Expand", [g.ints([1]), spatial]);
    bind(g, node, 0, g.reshape(norm, g.concat([g.ints([0, 0]), ones], 0)));
    return true;
  },
};
