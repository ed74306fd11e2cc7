import type { Criterion } from "../criteria/index.ts";
import { backward } from "../gradients/index.ts";
import { tensorData, type DataType, type Graph } from "../graph/index.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { StepLoop, type Carried, type Moved } from "./step-loop.ts";
import { emitTrainingPass } from "./training-pass.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** The graph that adds the gradients of several batches, and what it carries from batch to batch. */
export interface AccumulateGraph {
  readonly graph: Graph;
  /** The gradients of the sum of terms, by `names.gradient`; zeros before the first batch. */
  readonly sums: readonly Carried[];
  /** Whether the batches ask for per-sample random keys. */
  readonly random: boolean;
}

/**
 * Builds `gradient`, several times over: forward, criterion and backward in the body of a Loop that carries the sums of the
 * gradients and the running statistics. The parameters stay as they are, and nothing is divided.
 *
 * Inputs: the number of batches, the parameters, the carried values, and, stacked along a first axis of that length, the
 * batches, the labels and the random keys. Outputs: the carried values, and the stacked terms, weights and scores.
 */
export function accumulateGraph(prepared: PreparedModel, criterion: Criterion, plan: TrainingPlan): AccumulateGraph {
  const loop = new StepLoop();
  const { body } = loop;
  const trained = plan.groups.flatMap(({ parameters }) => parameters);
  for (const { name, type, shape } of trained) loop.constant({ name, type: type as DataType, shape });
  const { forward, statistics, scanned, random } = emitTrainingPass(loop, prepared, criterion, plan);
  const one = body.op("ConstantOfShape", [body.shape(forward.terms)], { value: tensorData("float32", [1], [1]) });
  const gradients = backward(body, {
    seeds: new Map([[forward.terms, body.castLike(one, forward.terms)]]),
    wanted: trained.map(({ name }) => name),
  });
  const sums = trained.flatMap(({ name, type, shape }): Moved[] => {
    const gradient = gradients.get(name);
    if (gradient === undefined) return [];
    const carried: Carried = { name: names.gradient(name), type: type as DataType, shape };
    loop.carry(carried);
    return [{ carried, value: body.add(carried.name, gradient) }];
  });
  return {
    graph: loop.build("accumulate", [...sums, ...statistics], scanned),
    sums: sums.map(({ carried }) => carried),
    random,
  };
}
