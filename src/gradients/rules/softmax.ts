import { intAttribute } from "../../graph/index.ts";
import { unary, type Family } from "../rule.ts";

/** Softmax and its logarithm along one axis. */
export const softmax: Family = {
  // dx = y (dy - sum(y dy))
  Softmax: unary(({ g, y, dy, node }) => {
    const flow = g.mul(dy, y);
    return g.sub(flow, g.mul(y, g.sum(flow, [intAttribute(node, "axis", -1)], 1)));
  }),
  // dx = dy - exp(y) sum(dy)
  LogSoftmax: unary(({ g, y, dy, node }) => g.sub(dy, g.mul(g.exp(y), g.sum(dy, [intAttribute(node, "axis", -1)], 1)))),
};
