import { OnwardError } from "../core/index.ts";
import { inlineFunctions, upgradeModel, type Model } from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { evaluationForm } from "./evaluation-form.ts";
import { finalActivation, type FinalActivation } from "./final-activation.ts";
import { inferShapes } from "./infer-shapes.ts";
import { prune } from "./prune.ts";

/**
 * Finds the activation that a model's scores come out of, without preparing it for anything else; undefined too where the model
 * is of an opset that cannot be read here.
 */
export async function readActivation(model: Model, runtime: Runtime): Promise<FinalActivation | undefined> {
  try {
    const { graph } = inlineFunctions(upgradeModel(model));
    return finalActivation(await inferShapes(prune(evaluationForm(graph)), runtime));
  } catch (error) {
    // What it is run for finds out again, and says, what is wrong with it.
    if (error instanceof OnwardError) return undefined;
    throw error;
  }
}
