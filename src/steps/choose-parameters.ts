import { OnwardError, show } from "../core/index.ts";
import { isFloat, metadataKeys, type Model } from "../graph/index.ts";
import { fitsPattern } from "./name-pattern.ts";

/**
 * Declares in a model's metadata which of its tensors training changes, in place of what its graph tells: those, and no others.
 *
 * @param patterns - names of float initializers in the file, in which `*` stands for any characters and `?` for one
 * @throws OnwardError `usage` when a pattern fits none of them
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * import { chooseParameters, loadModel } from "onward/steps";
 * const model = nn.mlp({ inputs: 4, hidden: [8], classes: 3 }).toModel([4]);
 * const { parameters } = await loadModel(chooseParameters(model, ["*.weight"]));
 * parameters.length; // 2
 * ```
 */
export function chooseParameters(model: Model, patterns: string | readonly string[]): Model {
  const names = [...model.graph.initializers].flatMap(([name, { type }]) => (isFloat(type) ? [name] : []));
  const chosen = new Set<string>();
  for (const pattern of typeof patterns === "string" ? [patterns] : patterns) {
    const fitting = names.filter((name) => fitsPattern(name, pattern));
    if (fitting.length === 0)
      throw new OnwardError("usage", { expected: "a pattern that fits a float initializer", got: show(pattern) });
    for (const name of fitting) chosen.add(name);
  }
  const listed = JSON.stringify(names.filter((name) => chosen.has(name)));
  return { ...model, metadata: new Map(model.metadata).set(metadataKeys.parameters, listed) };
}
