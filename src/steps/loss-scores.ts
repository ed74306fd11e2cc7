import type { Criterion } from "../criteria/index.ts";
import type { GraphBuilder } from "../graph/index.ts";
import type { PreparedModel } from "./prepared-model.ts";

/**
 * Gives what a criterion is computed from: the scores, or, where the model ends in the activation that the criterion applies
 * itself, the logits below it, moved as the scores were.
 *
 * The loss of the scores as they are would apply the activation twice, and that of the logarithm of the probabilities would
 * lose what float32 rounds to 0 and 1.
 */
export function lossScores(g: GraphBuilder, { scores, activation }: PreparedModel, criterion: Criterion): string {
  if (activation === undefined || activation.name !== criterion.activation) return scores.name;
  let value = activation.node.inputs[0] ?? "";
  for (const node of activation.after) {
    const moved = g.fresh("logits");
    g.node({ ...node, name: moved, inputs: node.inputs.with(0, value), outputs: [moved] });
    g.describe(moved, undefined, g.shapeOf(node.outputs[0] ?? ""));
    value = moved;
  }
  return value;
}
