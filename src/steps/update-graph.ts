import { GraphBuilder, reshapedFrom, type DataType, type Graph } from "../graph/index.ts";
import { emitUpdate } from "./emit-update.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import type { Carried } from "./step-loop.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

/** The graph that takes one step from gradients of a sum, and the state that it moves. */
export interface UpdateGraph {
  readonly graph: Graph;
  /** Optimizer state and averages, zeros before the first step. */
  readonly state: readonly Carried[];
}

/**
 * Builds `update`: the gradients of the sum of terms, times the scale that divides them by their weight, move the parameters
 * and the optimizer's state.
 *
 * Inputs: parameters, running statistics and state, the gradient sums, the scale and the optimizer's scalars. Outputs: all that is moved
 * as `after`, what is moved in blocks in their shape.
 *
 * @param sums - the parameters that have a gradient
 */
export function updateGraph(
  prepared: PreparedModel,
  plan: TrainingPlan,
  rules: UpdateRules,
  sums: readonly Carried[],
): UpdateGraph {
  const g = new GraphBuilder();
  const declare = ({ name, type, shape }: Carried) => void g.input(name, type, shape);
  const trained = plan.groups.flatMap(({ parameters }) => parameters);
  for (const { name, type, shape } of trained) declare({ name, type: type as DataType, shape });
  const scale = g.input(names.scale, "float32", []);
  for (const sum of sums) declare(sum);
  const summed = new Set(sums.map(({ name }) => name));
  const gradients = new Map(
    trained
      .filter(({ name }) => summed.has(names.gradient(name)))
      .map(({ name }) => [name, g.mul(names.gradient(name), scale)]),
  );
  const statistics = plan.statistics.map((name) => {
    const data = prepared.graph.initializers.get(name);
    const carried: Carried = { name, type: data?.type ?? "float32", shape: data?.dims ?? [] };
    if (rules.averageDecay !== undefined) declare(carried);
    return { carried, value: name };
  });
  const { moved, state, skipped } = emitUpdate(g, {
    plan,
    rules,
    gradients,
    statistics,
    loss: () => g.input(names.loss, "float32", []),
    carry: declare,
    scalar: (name) => (g.has(name) ? name : g.input(name, "float32", [])),
  });
  for (const { carried, value } of moved) {
    const { name, shape, blocks } = carried;
    if (value === name) continue;
    const inBlocks = blocks === undefined ? undefined : reshapedFrom(g, value, blocks);
    g.output(names.after(name), inBlocks ?? value, inBlocks === undefined ? shape : blocks);
  }
  if (skipped !== undefined) g.output(names.skipped, skipped);
  return { graph: g.build("update"), state };
}
