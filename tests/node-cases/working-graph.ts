import type { Runtime } from "../../src/runtime/index.ts";
import {
  inlineFunctions,
  isFloat,
  rewriteOps,
  upgradeModel,
  type Graph,
  type Model,
  type TensorData,
} from "../../src/graph/index.ts";
import { checkOps } from "../../src/steps/check-ops.ts";
import { dropIdentities } from "../../src/steps/drop-identities.ts";
import { foldConstants } from "../../src/steps/fold-constants.ts";
import { inferShapes } from "../../src/steps/infer-shapes.ts";
import { retypeGraph, type FloatType } from "./retype.ts";

/** What of the inputs is fed: the floats alone, as in a model whose axes and shapes are constants, or everything. */
export type Form = "constants" | "fed";

/**
 * Brings a case to the form in which models are differentiated, by the same steps: newest opset, functions inlined, ops
 * rewritten, shapes from the runtime, constants folded. Its training forms are kept, as they are what the case expects.
 */
export async function workingGraph(
  model: Model,
  inputs: ReadonlyMap<string, TensorData>,
  settings: ReadonlySet<string>,
  form: Form,
  type: FloatType,
  runtime: Runtime,
): Promise<Graph> {
  const inlined = inlineFunctions(upgradeModel(model)).graph;
  checkOps(inlined);
  const fed = withInputs(retypeGraph(inlined, type), inputs, settings, form);
  const start = await inferShapes(dropIdentities(rewriteOps(fed)), runtime);
  const again = rewriteOps(start);
  let graph = again === start ? start : await inferShapes(dropIdentities(again), runtime);
  for (;;) {
    const folded = await foldConstants(graph, new Set(), runtime);
    if (folded.nodes.length === graph.nodes.length) return graph;
    graph = await inferShapes(folded, runtime);
  }
}

/** The graph with the types and shapes that are fed, and as constants what is not. */
function withInputs(
  graph: Graph,
  inputs: ReadonlyMap<string, TensorData>,
  settings: ReadonlySet<string>,
  form: Form,
): Graph {
  const initializers = new Map(graph.initializers);
  const open = graph.inputs.filter(({ name, type }) => form === "fed" || (isFloat(type) && !settings.has(name)));
  for (const [name, data] of inputs) if (!open.some((value) => value.name === name)) initializers.set(name, data);
  return {
    ...graph,
    initializers,
    inputs: open.map(({ name }) => ({ name, type: inputs.get(name)?.type, shape: inputs.get(name)?.dims })),
  };
}
