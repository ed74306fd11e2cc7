import { OnwardError } from "../core/errors.ts";
import { describeNode } from "../graph/index.ts";
import type { RuleContext } from "./rule.ts";

/**
 * Checks that no gradient is wanted of an input for which the rule has none.
 *
 * @throws OnwardError `unsupported` that names the input
 */
export function constantInput({ node, needs }: Pick<RuleContext, "node" | "needs">, i: number, what: string): void {
  if (!needs(i)) return;
  throw new OnwardError("unsupported", {
    expected: `${what} that do not depend on a parameter`,
    got: "some that do",
    where: describeNode(node),
    advice: "freeze the parameters that they come from",
  });
}
