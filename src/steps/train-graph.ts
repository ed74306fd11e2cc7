import type { Criterion } from "../criteria/index.ts";
import { backward } from "../gradients/index.ts";
import type { Graph, GraphBuilder } from "../graph/index.ts";
import { carriedParameter, emitUpdate } from "./emit-update.ts";
import type { ForwardOutputs } from "./forward.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { StepLoop, type Carried } from "./step-loop.ts";
import { emitTrainingPass } from "./training-pass.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

/** The graph of several training steps in one call, and what it carries from step to step. */
export interface TrainGraph {
  readonly graph: Graph;
  /** Optimizer state and averages, zeros before the first step. */
  readonly state: readonly Carried[];
  /** Whether the steps ask for per-sample random keys. */
  readonly random: boolean;
}

/**
 * Builds `step`, several times over: forward, criterion, backward and update in the body of a Loop whose carried values are
 * the parameters, the optimizer's state and the running statistics. They are moved from step to step, never copied; the
 * results do not depend on how many steps one call takes.
 *
 * Inputs: the number of steps, the carried values, and, stacked along a first axis of that length, the batches, the labels,
 * the random keys and the optimizer's scalars. Outputs: the carried values, and the stacked terms, weights and scores.
 */
export function trainGraph(
  prepared: PreparedModel,
  criterion: Criterion,
  plan: TrainingPlan,
  rules: UpdateRules,
): TrainGraph {
  const loop = new StepLoop();
  const { body } = loop;
  const trained = plan.groups.flatMap(({ parameters }) => parameters);
  for (const { optimizer, parameters } of plan.groups) {
    for (const parameter of parameters) loop.carry(carriedParameter(optimizer, parameter));
  }
  const { forward, statistics, scanned, random } = emitTrainingPass(loop, prepared, criterion, plan);
  const gradients = backward(body, {
    seeds: new Map([[forward.terms, seed(body, forward, criterion)]]),
    wanted: trained.map(({ name }) => name),
  });
  const { moved, state, skipped } = emitUpdate(body, {
    plan,
    rules,
    gradients,
    statistics,
    loss: () => body.op("ReduceSum", [forward.terms], { keepdims: 0 }),
    carry: (carried) => loop.carry(carried),
    scalar: (name) => (body.has(name) ? name : loop.stacked(name, "float32", [])),
  });
  const outcome = new Map([...scanned, ...(skipped === undefined ? [] : ([[names.skipped, skipped]] as const))]);
  return { graph: loop.build("train", moved, outcome), state, random };
}

/** The gradient of the loss with respect to each term: one over the batch's total weight, so that all below is already divided. */
function seed(g: GraphBuilder, forward: ForwardOutputs, criterion: Criterion): string {
  const shape = g.shape(forward.terms);
  if (criterion.reduction === "sum") return g.op("Expand", [g.castLike(g.scalar(1, "float32"), forward.terms), shape]);
  if (forward.weights === undefined) {
    const count = g.castLike(g.op("Size", [forward.terms]), forward.terms);
    return g.op("Expand", [g.reciprocal(count), shape]);
  }
  // A batch without weight has nothing to teach: its gradient is zero, not 0/0.
  const total = g.op("ReduceSum", [forward.weights], { keepdims: 0 });
  const scale = g.where(g.equal(total, 0), 0, g.reciprocal(total));
  return g.op("Expand", [scale, shape]);
}
