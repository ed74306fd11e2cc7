import type { Criterion } from "../criteria/index.ts";
import { backward } from "../gradients/index.ts";
import { GraphBuilder, type DataType, type Graph, type Shape } from "../graph/index.ts";
import { typeOf } from "./declare.ts";
import { emitForward, type ForwardOutputs } from "./forward.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** A value that lives from step to step. */
export interface Carried {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

/** The graph of several training steps in one call, and what it carries from step to step. */
export interface TrainGraph {
  readonly graph: Graph;
  /** Parameters that the loss depends on. */
  readonly trained: readonly string[];
  /** Optimizer state, zeros before the first step. */
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
export function trainGraph(prepared: PreparedModel, criterion: Criterion, plan: TrainingPlan): TrainGraph {
  const outer = new GraphBuilder();
  const body = new GraphBuilder(outer);
  const iteration = body.input("onward/iteration", "int64", []);
  const condition = body.input("onward/condition", "bool", []);
  const stacked = (name: string, type: DataType, shape: Shape | undefined): string => {
    const source = outer.input(names.stacked(name), type, shape === undefined ? undefined : ["onward/steps", ...shape]);
    body.claim(name);
    body.node({ op: "Gather", domain: "", name, inputs: [source, iteration], outputs: [name], attributes: new Map() });
    body.describe(name, type, shape);
    return name;
  };

  const statistics = plan.statistics.map((name) => carriedStatistic(prepared, name));
  for (const { name, type, shape } of statistics) body.input(name, type, shape);
  const trained = plan.groups.flatMap(({ optimizer, parameters }, group) =>
    parameters.map(({ name, type, shape }) => ({ name, type: type as DataType, shape, optimizer, group })),
  );
  for (const { name, type, shape } of trained) body.input(name, type, shape);
  for (const { name, type, shape } of prepared.inputs) stacked(name, typeOf(name, type), shape);
  const labels = criterion.labels(prepared.scores.shape);
  stacked(names.labels, labels.type, labels.shape);
  let keys: string | undefined;
  const forward = emitForward(body, prepared, criterion, names.labels, {
    mode: "train",
    statistics: plan.statistics,
    keys: () => (keys ??= stacked(names.keys, "uint32", [prepared.batch])),
  });

  const gradients = backward(body, {
    seeds: new Map([[forward.terms, seed(body, forward, criterion)]]),
    wanted: trained.map(({ name }) => name),
  });
  const state: Carried[] = [];
  const results: { carried: Carried; value: string }[] = [];
  for (const { optimizer, group, ...parameter } of trained) {
    const gradient = gradients.get(parameter.name);
    if (gradient === undefined) {
      results.push({ carried: parameter, value: parameter.name });
      continue;
    }
    const slots = optimizer.slots.map((slot) => ({
      slot,
      carried: { ...parameter, name: names.state(slot, parameter.name) },
    }));
    for (const { carried } of slots) body.input(carried.name, carried.type, carried.shape);
    const update = optimizer.emit(body, {
      parameter: parameter.name,
      gradient,
      state: Object.fromEntries(slots.map(({ slot, carried }) => [slot, carried.name])),
      scalars: Object.fromEntries(
        Object.keys(optimizer.scalars(0)).map((name) => [name, scalar(group, name, parameter.type)]),
      ),
    });
    results.push({ carried: parameter, value: update.parameter });
    for (const { slot, carried } of slots) {
      state.push(carried);
      results.push({ carried, value: update.state[slot] ?? carried.name });
    }
  }
  for (const carried of statistics) {
    results.push({ carried, value: forward.statistics.get(carried.name) ?? carried.name });
  }
  return {
    graph: wrap(outer, body, condition, results, forward),
    trained: trained.map(({ name }) => name),
    state,
    random: keys !== undefined,
  };

  function scalar(group: number, name: string, type: DataType): string {
    const full = names.scalar(group, name);
    if (!body.has(full)) stacked(full, "float32", []);
    return type === "float32" ? full : body.op("Cast", [full], { to: type === "float64" ? 11 : 10 });
  }
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

function carriedStatistic(prepared: PreparedModel, name: string): Carried {
  const data = prepared.graph.initializers.get(name);
  return { name, type: data?.type ?? "float32", shape: data?.dims ?? [] };
}

function wrap(
  outer: GraphBuilder,
  body: GraphBuilder,
  condition: string,
  results: readonly { carried: Carried; value: string }[],
  forward: ForwardOutputs,
): Graph {
  body.output("onward/continue", body.op("Identity", [condition]));
  for (const { carried, value } of results) {
    // What a step leaves as it is has no node of its own to come from.
    body.output(value === carried.name ? names.after(value) : value, value, carried.shape);
  }
  const scanned = [forward.terms, ...(forward.weights === undefined ? [] : [forward.weights]), forward.scores];
  for (const value of scanned) body.output(value);
  const scannedNames = [names.terms, ...(forward.weights === undefined ? [] : [names.weights]), names.scores];

  const steps = outer.input(names.steps, "int64", []);
  const initial = results.map(({ carried }) => outer.input(names.before(carried.name), carried.type, carried.shape));
  const outputs = [...results.map(({ carried }) => names.after(carried.name)), ...scannedNames];
  for (const output of outputs) outer.claim(output);
  const step = body.build("step");
  const inputs = new Map(step.inputs.map((input) => [input.name, input]));
  const order = ["onward/iteration", "onward/condition", ...results.map(({ carried }) => carried.name)];
  outer.node({
    op: "Loop",
    domain: "",
    name: "steps",
    inputs: [steps, "", ...initial],
    outputs,
    attributes: new Map([
      ["body", { kind: "graph", value: { ...step, inputs: order.flatMap((name) => inputs.get(name) ?? []) } }],
    ]),
  });
  for (const { carried } of results) outer.describe(names.after(carried.name), carried.type, carried.shape);
  for (const output of outputs) outer.output(output);
  return outer.build("train");
}
