import { readModel, readModelFile, type Model } from "../graph/index.ts";
import { loadNodeRuntime, type Runtime } from "../runtime/index.ts";
import { ModelValues } from "./model-values.ts";
import { prepareModel, type Parameter, type PreparedModel } from "./prepared-model.ts";

/** A model, ready to be differentiated. */
export interface LoadedModel {
  readonly prepared: PreparedModel;
  readonly runtime: Runtime;
  /** What training would change, by the names in the ONNX file. */
  readonly parameters: readonly Parameter[];
  /** The current values of parameters and running statistics. */
  readonly values: ModelValues;
}

/**
 * Loads a model from a file, its bytes, or a graph built here.
 *
 * @throws OnwardError `file` or `model` when it cannot be read
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * import { loadModel } from "onward/steps";
 * const model = await loadModel(nn.sequential([nn.linear(3, 2)]).toModel([3]));
 * model.parameters.map(({ name }) => name); // ["0.weight", "0.bias"]
 * ```
 */
export async function loadModel(source: string | Uint8Array | Model, runtime?: Runtime): Promise<LoadedModel> {
  const model =
    typeof source === "string" ? readModelFile(source) : source instanceof Uint8Array ? readModel(source) : source;
  const engine = runtime ?? (await loadNodeRuntime());
  const prepared = await prepareModel(model, engine);
  return { prepared, runtime: engine, parameters: prepared.parameters, values: new ModelValues(prepared) };
}
