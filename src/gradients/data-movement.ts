import type { Attribute } from "../graph/index.ts";
import type { RuleContext } from "./rule.ts";
import { flatIndices, scatterAdd } from "./scatter-add.ts";

/**
 * The gradient of the first input of an op that only moves or copies its elements, whatever its other inputs say.
 *
 * The op itself, applied to the flat index of each element, tells where each element of the result came from; there the
 * gradients are added up.
 */
export function dataMovement({ g, node, x: [x = "", ...rest], dy: [dy = ""] }: RuleContext): string {
  const origins = g.fresh(node.op);
  g.node({
    ...node,
    name: origins,
    inputs: [flatIndices(g, x), ...rest],
    outputs: [origins],
    attributes: new Map<string, Attribute>(node.attributes),
  });
  return scatterAdd(g, x, origins, dy);
}
