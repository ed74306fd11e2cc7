import { rule, type Entry, type Family } from "../rule.ts";
import { sumToShape } from "../sum-to-shape.ts";
import { erfGeluSlope, tanhGeluSlope } from "./activations.ts";

/** y = f(x + bias), the bias optional: dx = f'(x + bias) dy, and the bias its sum. */
function biased(slope: typeof erfGeluSlope): Entry {
  return rule(({ g, needs, x: [x = "", bias = ""], y: [y = ""], dy: [dy = ""] }) => {
    const dx = g.mul(dy, slope(g, bias === "" ? x : g.add(x, bias)));
    return [dx, bias !== "" && needs(1) ? sumToShape(g, dx, bias, y) : undefined];
  });
}

/** Activations fused with what comes before them. */
export const fused: Family = {
  "com.microsoft:BiasGelu": biased(erfGeluSlope),
  "com.microsoft:FastGelu": biased(tanhGeluSlope),
};
