import { OnwardError, show } from "../core/index.ts";
import {
  capturedValues,
  inlineFunctions,
  isFloat,
  isHostType,
  metadataKeys,
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
import { registry } from "../gradients/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { checkOps } from "./check-ops.ts";
import { dropIdentities } from "./drop-identities.ts";
import { evaluationForm } from "./evaluation-form.ts";
import { finalActivation, type FinalActivation } from "./final-activation.ts";
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
  /** The output that is scored: the model's first. */
  readonly scores: Value;
  /** What makes probabilities of the scores' logits at the end of the graph; absent where the graph ends otherwise. */
  readonly activation: FinalActivation | undefined;
  /** The symbolic name of the sample dimension, or its size in a graph for one size; undefined where there is neither. */
  readonly batch: string | number | undefined;
  readonly parameters: readonly Parameter[];
  /** Running statistics: kept by the forward pass, never differentiated. */
  readonly statistics: readonly string[];
}

/**
 * Prepares a model: shapes from the runtime, and the tensors that training changes.
 *
 * Those are the tensors that the model's metadata names, else every float initializer of more than one element from which a
 * differentiable path leads to the scores, running statistics excepted, whatever its name.
 */
export async function prepareModel(given: Model, runtime: Runtime): Promise<PreparedModel> {
  const model = separateStatistics(await openBatch(given, runtime));
  const inlined = inlineFunctions(upgradeModel(model)).graph;
  checkOps(inlined);
  const working = rewriteOps(inlined);
  const start = await rewritten(await inferShapes(prune(dropIdentities(evaluationForm(working))), runtime), runtime);
  const statistics = runningStatistics(start);
  const trained = trainable(model, start, new Set(statistics));
  const graph = await simplify(start, new Set([...trained, ...statistics]), runtime);
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

function trainable(model: Model, graph: Graph, statistics: ReadonlySet<string>): string[] {
  const declared = model.metadata.get(metadataKeys.parameters);
  return declared === undefined ? reachable(graph, statistics) : declaredNames(declared, model.graph);
}

function declaredNames(declared: string, graph: Graph): string[] {
  const names: unknown = JSON.parse(declared);
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && graph.initializers.has(name))) {
    throw new OnwardError("model", {
      expected: `metadata ${metadataKeys.parameters} to list initializers of the graph`,
      got: show(declared),
    });
  }
  return names as string[];
}

/** Float inputs that say how to compute, not what with. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  OneHot: [1, 2],
  RotaryEmbedding: [1, 2],
  "com.microsoft:RotaryEmbedding": [2, 3],
  NegativeLogLikelihoodLoss: [2],
  SoftmaxCrossEntropyLoss: [2],
};

/** Float initializers of more than one element from which gradients could flow to the scores, in the graph's order. */
function reachable(graph: Graph, statistics: ReadonlySet<string>): string[] {
  const scores = graph.outputs[0]?.name;
  const live = new Set<string>(scores === undefined ? [] : [scores]);
  const typeOf = (name: string) => graph.values.get(name)?.type ?? graph.initializers.get(name)?.type;
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => live.has(name))) continue;
    const status = registry.get(qualifiedName(node))?.status;
    if (status === "zero") continue;
    for (const [i, name] of [...node.inputs, ...capturedValues(node)].entries()) {
      if (settings[qualifiedName(node)]?.includes(i)) continue;
      const type = typeOf(name);
      // What is refused is followed whatever it reads: a quantised value is no float, and hides parameters.
      if (type === undefined || isFloat(type) || status !== "rule") live.add(name);
    }
  }
  return [...graph.initializers]
    .filter(
      ([name, { type, dims }]) =>
        isFloat(type) && dims.reduce((n, d) => n * d, 1) > 1 && live.has(name) && !statistics.has(name),
    )
    .map(([name]) => name);
}
