import type { Criterion } from "../criteria/index.ts";
import { qualifiedName, type GraphBuilder } from "../graph/index.ts";
import { lossScores } from "./loss-scores.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { trainingForm } from "./training/training-form.ts";

/** How a forward pass is emitted. */
export interface ForwardOptions {
  readonly mode: "train" | "eval";
  /** The running statistics that training moves; all of them where absent. What reads another one stays as in evaluation. */
  readonly statistics?: readonly string[];
  /** The name of the per-sample random keys; asked for when something random is met. */
  readonly keys: () => string;
}

/** What a forward pass with a criterion gives. */
export interface ForwardOutputs {
  readonly terms: string;
  /** Undefined where every weight is 1. */
  readonly weights: string | undefined;
  readonly scores: string;
  /** New values of the running statistics, by their names. */
  readonly statistics: ReadonlyMap<string, string>;
}

/** Emits the model and its criterion. Its inputs, parameters and statistics, and "labels", must be defined already. */
export function emitForward(
  g: GraphBuilder,
  prepared: PreparedModel,
  criterion: Criterion,
  labels: string,
  { mode, keys, statistics: moving = prepared.statistics }: ForwardOptions,
): ForwardOutputs {
  const statistics = new Map<string, string>();
  const fixed = new Set(prepared.statistics.filter((name) => !moving.includes(name)));
  for (const [name, data] of prepared.graph.initializers) if (!g.has(name)) g.initializer(name, data);
  for (const value of prepared.graph.values.values()) g.describe(value.name, value.type, value.shape);
  for (const node of prepared.graph.nodes) for (const output of node.outputs) if (output !== "") g.claim(output);
  const keep = (name: string, value: string) => void statistics.set(name, value);
  const context = { g, prepared, keys, kept: (name: string) => statistics.get(name) ?? name, keep };
  for (const node of prepared.graph.nodes) {
    const trains = mode === "train" && !node.inputs.some((name) => fixed.has(name));
    const form = trains ? trainingForm(qualifiedName(node)) : undefined;
    if (form === undefined) g.node(node);
    else form(node, context);
  }
  const { terms, weights } = criterion.emit(g, { scores: lossScores(g, prepared, criterion), labels });
  return { terms, weights, scores: prepared.scores.name, statistics };
}
