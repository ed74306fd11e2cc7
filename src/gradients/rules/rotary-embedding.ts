import { constantInput } from "../constant-input.ts";
import { rule, type Family } from "../rule.ts";

/** Rotations of pairs of features by angles that depend on their position. */
export const rotaryEmbedding: Family = {
  // A rotation is undone by the opposite one
  "com.microsoft:RotaryEmbedding": rule((c) => {
    const {
      g,
      node,
      x: [, positions = "", cos = "", sin = ""],
      dy: [dy = ""],
    } = c;
    for (const i of [2, 3]) constantInput(c, i, "angles");
    const inputs = [dy, positions, cos, g.neg(sin)];
    return [g.op("com.microsoft:RotaryEmbedding", inputs, Object.fromEntries(node.attributes))];
  }),
  RotaryEmbedding: rule((c) => {
    const {
      g,
      node,
      x: [, cos = "", sin = "", positions = ""],
      dy: [dy = ""],
    } = c;
    for (const i of [1, 2]) constantInput(c, i, "angles");
    const inputs = [dy, cos, g.neg(sin), ...(positions === "" ? [] : [positions])];
    return [g.op("RotaryEmbedding", inputs, Object.fromEntries(node.attributes))];
  }),
};
