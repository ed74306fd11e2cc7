import { OnwardError, show } from "../core/index.ts";
import { isFloat, type Model } from "../graph/index.ts";

/**
 * What the runtime said of a model that it cannot run, with the reason where that is the type of its weights: kernels for
 * float64, float16 and bfloat16 are few.
 */
export function explainType(error: unknown, { graph }: Model): unknown {
  if (!(error instanceof OnwardError) || error.code !== "runtime") return error;
  for (const [name, { type, dims }] of graph.initializers) {
    if (!isFloat(type) || type === "float32" || dims.length < 2) continue;
    return new OnwardError("unsupported", {
      expected: "weights of float32",
      got: `${type}: ${error.fields.got ?? "the runtime refuses them"}`,
      where: `tensor ${show(name)}`,
      advice: "convert the model to float32, or export it in float32",
      cause: error,
    });
  }
  return error;
}
