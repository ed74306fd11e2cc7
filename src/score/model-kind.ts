import { OnwardError } from "../core/index.ts";
import { describeNode, readModelFile } from "../graph/index.ts";
import type { ScoreKind } from "../metrics/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { readActivation } from "../steps/index.ts";

/**
 * Settles what the scores of a model file are: what its graph says, where they come straight out of a Softmax or LogSoftmax over
 * the classes, and what is declared where it says nothing. Log-probabilities can be declared as logits, as their softmax gives
 * the same probabilities.
 *
 * @throws OnwardError `usage` when the declaration contradicts the graph, or when neither says it
 */
export async function modelKind(file: string, declared?: ScoreKind): Promise<ScoreKind> {
  const activation = await readActivation(readModelFile(file), await loadNodeRuntime());
  if (activation?.name !== "softmax") {
    if (declared !== undefined) return declared;
    throw new OnwardError("usage", {
      expected:
        "--kind logits|log-probabilities|probabilities, as the graph does not end in a softmax over the classes",
      got: "nothing",
      where: file,
    });
  }
  const kind = activation.logarithm ? "log-probabilities" : "probabilities";
  if (declared === undefined || declared === kind) return kind;
  if (declared === "logits" && activation.logarithm) return declared;
  throw new OnwardError("usage", {
    expected: `--kind ${kind}, which come out of ${describeNode(activation.node)}`,
    got: declared,
    where: file,
  });
}
