import { OnwardError } from "../core/index.ts";
import { binaryCrossEntropy, crossEntropy } from "../criteria/index.ts";
import {
  byteLength,
  describeNode,
  workingModel,
  writeModel,
  type DataType,
  type Model,
  type Shape,
} from "../graph/index.ts";
import { sgd } from "../optimizers/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { countOperations, type OperationCount } from "./count-operations.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { gradientGraph } from "./gradient.ts";
import { refusals, type Refusal } from "./gradient-path.ts";
import type { FinalActivation } from "./final-activation.ts";
import type { LeftOut } from "./find-parameters.ts";
import { findHead } from "./head.ts";
import { prepareModel, type PreparedModel } from "./prepared-model.ts";
import { trainingPlan } from "./training-plan.ts";

/** An input or output. */
export interface ValueDescription {
  readonly name: string;
  readonly type?: string;
  /** Sizes, names of sizes, or undefined; absent where the file does not say. */
  readonly shape?: Shape;
}

/** A tensor that training would change. */
export interface ParameterDescription {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly bytes: number;
}

/** The classifier head. */
export interface HeadDescription {
  readonly node: string;
  readonly weight: string;
  readonly bias?: string;
  readonly features: number;
  readonly classes: number;
  /** The ops between it and the scores. */
  readonly before: readonly string[];
}

/** What a model's scores are, where its graph says it: it ends in an activation. */
export interface ScoresDescription {
  readonly kind: "probabilities" | "log-probabilities";
  /** What the activation makes them of; a loss that applies it too is computed from the logits. */
  readonly activation: FinalActivation["name"];
  readonly node: string;
}

/** What a model is, and what training it would mean. */
export interface ModelInspection {
  readonly producer: { readonly name: string; readonly version: string };
  readonly irVersion: number;
  /** By domain; "" is the default one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** What has to be fed. */
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /** All that the file stores: parameters, statistics and constants. */
  readonly stored: { readonly tensors: number; readonly bytes: number };
  readonly operations: readonly OperationCount[];
  /** Ops that compute otherwise in training than in evaluation. */
  readonly trainingForms: { readonly batchNormalization: number; readonly dropout: number };
  /** What training would change; empty where the model cannot be prepared. */
  readonly parameters: readonly ParameterDescription[];
  /** What a gradient could reach too, and training leaves as it is. */
  readonly leftOut: readonly LeftOut[];
  /** The name of the samples' dimension, or its size where it is fixed and could not be opened; absent where neither is known. */
  readonly batch?: string | number;
  /** Why it could not be opened, in words that follow "as"; absent where it is open. */
  readonly fixedBatch?: string;
  /** Running statistics of batch normalisations. */
  readonly statistics: readonly string[];
  /** Absent where the graph does not say it: the criterion then takes them for what it needs. */
  readonly scores?: ScoresDescription;
  readonly head?: HeadDescription;
  /** Why there is no head, where there is none. */
  readonly headless?: string;
  /** The nodes between parameters and scores that gradients cannot pass. */
  readonly refused: readonly Refusal[];
  /** Why the model as a whole cannot be trained, in a sentence; absent where it can. */
  readonly obstacle?: string;
}

/**
 * Inspects a model: what it takes and gives, what of it would be trained, its head, and what stands in the way.
 *
 * Whether it trains is tried, not guessed: the graph of its gradients under a cross-entropy (a binary one where it ends in a sigmoid) is built and opened.
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * import { loadNodeRuntime } from "onward/runtime";
 * import { inspectModel } from "onward/steps";
 * const model = nn.mlp({ inputs: 4, hidden: [8], classes: 3 }).toModel([4]);
 * const { head, parameters, obstacle } = await inspectModel(model, await loadNodeRuntime());
 * ```
 */
export async function inspectModel(model: Model, runtime: Runtime): Promise<ModelInspection> {
  const { graph } = model;
  const operations = countOperations(model);
  // Stochastic depth is a dropout, too, though the file has random numbers for it.
  const forms = countOperations(evaluationModel(model));
  const counted = (op: string) => forms.find((operation) => operation.op === op)?.count ?? 0;
  const tensors = [...graph.initializers.values()];
  return {
    producer: model.producer,
    irVersion: model.irVersion,
    opsets: Object.fromEntries(model.opsets),
    metadata: Object.fromEntries(model.metadata),
    inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)).map(describeValue),
    outputs: graph.outputs.map(describeValue),
    stored: { tensors: tensors.length, bytes: tensors.reduce((sum, { bytes }) => sum + bytes.length, 0) },
    operations,
    trainingForms: { batchNormalization: counted("BatchNormalization"), dropout: counted("Dropout") },
    ...(await inspectTraining(model, runtime)),
  };
}

type Training = Pick<
  ModelInspection,
  | "batch"
  | "fixedBatch"
  | "scores"
  | "parameters"
  | "leftOut"
  | "statistics"
  | "head"
  | "headless"
  | "refused"
  | "obstacle"
>;

async function inspectTraining(model: Model, runtime: Runtime): Promise<Training> {
  let prepared: PreparedModel;
  try {
    prepared = await prepareModel(model, runtime);
  } catch (error) {
    return { parameters: [], leftOut: [], statistics: [], refused: [], obstacle: sentence(error) };
  }
  const refused = refusals(prepared);
  const obstacle = refused.length > 0 ? "Gradients cannot pass the refused nodes." : await whyNot(prepared, runtime);
  const batch = prepared.inputs[0]?.shape?.[0];
  return {
    ...(batch !== undefined && { batch }),
    ...(prepared.fixedBatch !== undefined && { fixedBatch: prepared.fixedBatch }),
    parameters: prepared.parameters.map(({ name, type, shape }) => {
      const elements = shape.reduce((product, size) => product * size, 1);
      return { name, type, shape, elements, bytes: byteLength(type as DataType, elements) ?? 0 };
    }),
    leftOut: prepared.leftOut,
    statistics: prepared.statistics,
    ...(prepared.activation && { scores: describeScores(prepared.activation) }),
    ...describeHead(prepared),
    refused,
    ...(obstacle !== undefined && { obstacle }),
  };
}

async function whyNot(prepared: PreparedModel, runtime: Runtime): Promise<string | undefined> {
  try {
    trainingPlan(prepared, { optimizer: sgd() });
    const criterion = prepared.activation?.name === "sigmoid" ? binaryCrossEntropy() : crossEntropy();
    const graph = gradientGraph(prepared, criterion, prepared.parameters, "train");
    const session = await runtime.open(writeModel(workingModel(graph)), { optimization: "disabled", threads: 1 });
    await session.release();
    return undefined;
  } catch (error) {
    return sentence(error);
  }
}

function describeScores({ name, node, logarithm }: FinalActivation): ScoresDescription {
  return { kind: logarithm ? "log-probabilities" : "probabilities", activation: name, node: describeNode(node) };
}

function describeHead({ graph }: PreparedModel): Pick<ModelInspection, "head" | "headless"> {
  try {
    const { node, weight, bias, features, classes, after } = findHead(graph);
    const before = after.filter(({ op }) => op !== "Identity").map(({ op }) => op);
    return {
      head: {
        node: describeNode(node),
        weight: weight.name,
        ...(bias !== undefined && { bias: bias.name }),
        features,
        classes,
        before: before.toReversed(),
      },
    };
  } catch (error) {
    return { headless: sentence(error) };
  }
}

/** What failed, in words; what is no error of ours is a fault, and goes on. */
function sentence(error: unknown): string {
  if (error instanceof OnwardError) return error.message;
  throw error;
}

function describeValue({ name, type, shape }: Model["graph"]["inputs"][number]): ValueDescription {
  return { name, ...(type !== undefined && { type }), ...(shape !== undefined && { shape }) };
}
