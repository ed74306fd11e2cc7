import { OnwardError, show } from "../core/index.ts";
import { inlineFunctions, isFloat, upgradeModel, type Graph, type Model } from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { computesAlike } from "./computes-alike.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { inferShapes } from "./infer-shapes.ts";
import { openNodes } from "./open-nodes.ts";
import { prune } from "./prune.ts";
import { simplify } from "./simplify.ts";

/** A model, open where that was possible. */
export interface OpenedBatch {
  readonly model: Model;
  /** Why its fixed first dimension stayed, in words that follow "as"; undefined where none is fixed. */
  readonly obstacle?: string;
}

/**
 * Opens the first dimension of a model that was exported for batches of one size, so that it takes any number of samples.
 *
 * Inputs and outputs get a symbolic first dimension, and what names the number of samples gives way to it. Whether the model then
 * computes for two batches in one what it computes for each is tried: where it does not, or where the inputs do not share a
 * fixed first dimension, the model comes back as it is, with the reason.
 */
export async function openBatch(given: Model, runtime: Runtime): Promise<OpenedBatch> {
  const model = evaluationModel(given);
  const fed = model.graph.inputs.filter(({ name }) => !model.graph.initializers.has(name));
  const size = fed[0]?.shape?.[0];
  if (typeof size !== "number") return { model: given };
  const other = fed.find(({ shape }) => shape?.[0] !== size);
  if (other !== undefined) {
    return { model: given, obstacle: `input ${show(other.name)} does not share its first dimension with the others` };
  }
  const taken = new Set(fed.flatMap(({ shape }) => shape ?? []));
  const name = taken.has("N") ? "batch" : "N";
  const open = <V extends Graph["inputs"][number]>(value: V): V =>
    value.shape?.[0] === size ? { ...value, shape: value.shape.with(0, name) } : value;
  try {
    const weights = [...model.graph.initializers].filter(([, { type }]) => isFloat(type)).map(([name]) => name);
    const start = await inferShapes(prune(inlineFunctions(upgradeModel(model)).graph), runtime);
    const known = await simplify(start, new Set(weights), runtime);
    const { nodes, initializers, originals, unclear } = openNodes(model.graph, known, size);
    const graph: Graph = {
      ...model.graph,
      nodes,
      initializers,
      inputs: model.graph.inputs.map((input) => (initializers.has(input.name) ? input : open(input))),
      outputs: model.graph.outputs.map(open),
      // Of other values the shapes no longer hold; these tell what the exporter noted of weights.
      values: new Map(
        [...initializers].flatMap(([name, { dims }]) => {
          const value = model.graph.values.get(originals.get(name) ?? name);
          return value === undefined ? [] : [[name, { ...value, name, shape: dims }] as const];
        }),
      ),
    };
    const opened = { ...model, graph };
    if (await computesAlike(model, opened, size, runtime)) return { model: opened };
    const where = unclear === undefined ? "" : `; ${unclear} is the first that may mix samples`;
    return { model: given, obstacle: `two batches in one do not give what each gives${where}` };
  } catch (error) {
    if (!(error instanceof OnwardError) || error.code !== "runtime") throw error;
    return { model: given, obstacle: `the runtime refuses the opened graph: ${error.message}` };
  }
}
