import { intAttribute, qualifiedName, type GraphBuilder } from "../../graph/index.ts";
import { unary, type Family } from "../rule.ts";

/** Softmax and its logarithm along one axis. */
export const softmax: Family = {
  // dx = y (dy - sum(y dy))
  Softmax: unary(({ g, y, dy, node }) => {
    const used = usedPart(g, y);
    const flow = g.mul(dy, used);
    return g.sub(flow, g.mul(used, g.sum(flow, [intAttribute(node, "axis", -1)], 1)));
  }),
  // dx = dy - exp(y) sum(dy)
  LogSoftmax: unary(({ g, y, dy, node }) =>
    g.sub(dy, g.mul(g.exp(usedPart(g, y)), g.sum(dy, [intAttribute(node, "axis", -1)], 1))),
  ),
};

/**
 * The result as far as it is used. Attention puts a Where behind its softmax, as a row of -inf alone (all of it masked) comes
 * out as NaN: there dy is 0, and 0 times NaN would be NaN all the same.
 */
function usedPart(g: GraphBuilder, y: string): string {
  const choice = g.nodes.find((node) => qualifiedName(node) === "Where" && node.inputs.indexOf(y) > 0);
  if (choice === undefined) return y;
  const [condition, fill = ""] = choice.inputs;
  const test = g.nodes.find(({ outputs }) => outputs[0] === condition);
  const replaced = test?.op === "IsNaN" && test.inputs[0] === y && g.shapeOf(fill)?.length === 0;
  return replaced ? (choice.outputs[0] ?? y) : g.where(g.op("IsNaN", [y]), 0, y);
}
