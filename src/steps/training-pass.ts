import type { Criterion } from "../criteria/index.ts";
import { typeOf } from "./declare.ts";
import { emitForward, type ForwardOutputs } from "./forward.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import type { Carried, Moved, StepLoop } from "./step-loop.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** What the forward pass of a training step gives. */
export interface TrainingPass {
  readonly forward: ForwardOutputs;
  /** The running statistics, and what they become. */
  readonly statistics: readonly Moved[];
  /** What each step says of its samples, by its name outside. */
  readonly scanned: ReadonlyMap<string, string>;
  /** Whether the steps ask for per-sample random keys. */
  readonly random: boolean;
}

/** Emits model and criterion in training form into a step. The parameters must be declared already. */
export function emitTrainingPass(
  loop: StepLoop,
  prepared: PreparedModel,
  criterion: Criterion,
  plan: TrainingPlan,
): TrainingPass {
  const statistics = plan.statistics.map((name) => carriedStatistic(prepared, name));
  for (const statistic of statistics) loop.carry(statistic);
  for (const { name, type, shape } of prepared.inputs) loop.picked(name, typeOf(name, type), shape);
  const labels = criterion.labels(prepared.scores.shape);
  loop.stacked(names.labels, labels.type, labels.shape);
  let keys: string | undefined;
  const forward = emitForward(loop.body, prepared, criterion, names.labels, {
    mode: "train",
    statistics: plan.statistics,
    keys: () => (keys ??= loop.stacked(names.keys, "uint32", [prepared.batch])),
  });
  const { terms, weights, scores } = forward;
  return {
    forward,
    statistics: statistics.map((carried) => ({
      carried,
      value: forward.statistics.get(carried.name) ?? carried.name,
    })),
    scanned: new Map([
      [names.terms, terms],
      ...(weights === undefined ? [] : ([[names.weights, weights]] as const)),
      [names.scores, scores],
    ]),
    random: keys !== undefined,
  };
}

function carriedStatistic(prepared: PreparedModel, name: string): Carried {
  const data = prepared.graph.initializers.get(name);
  return { name, type: data?.type ?? "float32", shape: data?.dims ?? [] };
}
