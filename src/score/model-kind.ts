import { OnwardError } from "../core/index.ts";
import { describeNode, metadataKeys, readModelFile } from "../graph/index.ts";
import type { ScoreKind } from "../metrics/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { readActivation } from "../steps/index.ts";

/** Does what `modelKind` says. */
export async function readModelKind(file: string, declared?: ScoreKind): Promise<ScoreKind> {
  const model = readModelFile(file);
  const activation = await readActivation(model, await loadNodeRuntime());
  const said = kindSaid(activation, model.metadata.get(metadataKeys.scores));
  const kind = declared ?? said?.kind;
  if (kind === undefined) {
    throw new OnwardError("usage", {
      expected:
        "--kind logits|log-probabilities|probabilities, as the graph does not end in a softmax over the classes",
      got: "nothing",
      where: file,
    });
  }
  const fits = said === undefined || kind === said.kind || (kind === "logits" && said.kind === "log-probabilities");
  if (fits) return kind;
  throw new OnwardError("usage", { expected: `--kind ${said.kind}, ${said.because}`, got: kind, where: file });
}

function kindSaid(
  activation: Awaited<ReturnType<typeof readActivation>>,
  metadata: string | undefined,
): { readonly kind: ScoreKind; readonly because: string } | undefined {
  if (activation?.name === "softmax") {
    const because = `which come out of ${describeNode(activation.node)}`;
    return { kind: activation.logarithm ? "log-probabilities" : "probabilities", because };
  }
  if (metadata === JSON.stringify("logits")) return { kind: "logits", because: "as the model was trained" };
  return undefined;
}
