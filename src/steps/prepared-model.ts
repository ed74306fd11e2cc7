import { OnwardError, show } from "../core/index.ts";
import {
  dropUnread,
  fuseErfGelu,
  inlineFunctions,
  isHostType,
  openGuardedSoftmax,
  poolBeforeRelu,
  qualifiedName,
  rewriteOps,
  toTensor,
  upgradeModel,
  type Graph,
  type Model,
  type TensorData,
  type Value,
} from "../graph/index.ts";
import type { Tensor } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { checkOps } from "./check-ops.ts";
import { dropIdentities } from "./drop-identities.ts";
import { evaluationForm } from "./evaluation-form.ts";
import { explainType } from "./explain-type.ts";
import { finalActivation, type FinalActivation } from "./final-activation.ts";
import { findParameters, type LeftOut } from "./find-parameters.ts";
import { inferShapes } from "./infer-shapes.ts";
import { openBatch } from "./open-batch.ts";
import { prune } from "./prune.ts";
import { separateStatistics } from "./separate-statistics.ts";
import { simplify } from "./simplify.ts";

/** A tensor of the model that training changes. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
}

/** A model that step graphs are made from: its graph with types and shapes, and what in it is learned. */
export interface PreparedModel {
  /**
   * As it was read, but for a fixed first dimension where it could be opened and running statistics that an export had merged;
   * a trained model is this one with other values.
   */
  readonly model: Model;
  /** In the working opset, with what the runtime knows of every value. */
  readonly graph: Graph;
  /** What is fed: inputs that have no value of their own. */
  readonly inputs: readonly Value[];
  /** The output that is scored: the model's first, or the first of floats where that is none. */
  readonly scores: Value;
  /** What makes probabilities of the scores' logits at the end of the graph; absent where the graph ends otherwise. */
  readonly activation: FinalActivation | undefined;
  /** The symbolic name of the sample dimension, or its size in a graph for one size; undefined where there is neither. */
  readonly batch: string | number | undefined;
  /** Why the file's fixed number of samples could not be opened, in words that follow "as"; absent where it is open. */
  readonly fixedBatch?: string;
  readonly parameters: readonly Parameter[];
  /** What a gradient could reach too, and is no parameter. */
  readonly leftOut: readonly LeftOut[];
  /** Running statistics: kept by the forward pass, never differentiated. */
  readonly statistics: readonly string[];
}

/** Prepares a model: shapes from the runtime, and the tensors that training changes. */
export async function prepareModel(given: Model, runtime: Runtime): Promise<PreparedModel> {
  try {
    return await prepare(given, runtime);
  } catch (error) {
    throw explainType(error, given);
  }
}

async function prepare(given: Model, runtime: Runtime): Promise<PreparedModel> {
  const { model: opened, obstacle } = await openBatch(given, runtime);
  const model = separateStatistics(opened);
  const inlined = inlineFunctions(upgradeModel(model)).graph;
  checkOps(inlined);
  const working = rewriteOps(inlined);
  const start = await rewritten(await inferShapes(prune(dropIdentities(evaluationForm(working))), runtime), runtime);
  const statistics = runningStatistics(start);
  const { parameters: trained, leftOut } = findParameters(model, start, new Set(statistics));
  const simple = await simplify(start, new Set([...trained, ...statistics]), runtime);
  const graph = dropUnread(poolBeforeRelu(openGuardedSoftmax(fuseErfGelu(simple))));
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const output = graph.outputs[0];
  if (output === undefined) throw new OnwardError("model", { expected: "a model with an output", got: "none" });
  const batch = inputs[0]?.shape?.[0];
  return {
    model,
    graph,
    inputs,
    scores: graph.values.get(output.name) ?? output,
    activation: finalActivation(graph),
    batch: typeof batch === "string" ? batch : undefined,
    parameters: trained.map((name) => {
      const { type, dims } = working.initializers.get(name) as TensorData;
      return { name, shape: dims, type };
    }),
    ...(obstacle !== undefined && { fixedBatch: obstacle }),
    leftOut,
    statistics,
  };
}

/** Writes in other ops what could only be rewritten once shapes were known. */
async function rewritten(start: Graph, runtime: Runtime): Promise<Graph> {
  const graph = rewriteOps(start);
  return graph === start ? start : inferShapes(prune(dropIdentities(graph)), runtime);
}

/** The value of an initializer as a tensor. */
export function initialValue(prepared: PreparedModel, name: string): Tensor {
  const data = prepared.graph.initializers.get(name);
  if (data === undefined || !isHostType(data.type)) {
    throw new OnwardError("model", {
      expected: `initializer ${show(name)} to hold numbers`,
      got: data?.type ?? "nothing",
    });
  }
  return toTensor(data);
}

function runningStatistics(graph: Graph): string[] {
  const names = graph.nodes.flatMap((node) =>
    qualifiedName(node) === "BatchNormalization" ? node.inputs.slice(3, 5) : [],
  );
  return [...new Set(names)].filter((name) => graph.initializers.has(name));
}
