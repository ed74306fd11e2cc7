import { blockedShape, inBlocks, type DataType, type GraphBuilder } from "../graph/index.ts";
import type { Optimizer, UpdateInputs, UpdateOutputs } from "../optimizers/index.ts";
import { gradientFactors } from "./gradient-factors.ts";
import { names } from "./names.ts";
import type { Carried, Moved } from "./step-loop.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

/** What a step's update is made from. */
export interface UpdateRequest {
  readonly plan: TrainingPlan;
  readonly rules: UpdateRules;
  /** Gradients of the mean loss, by parameter; one that nothing flows to is absent. */
  readonly gradients: ReadonlyMap<string, string>;
  /** The running statistics, and what the forward pass makes of them. */
  readonly statistics: readonly Moved[];
  /** Emits a number that is finite where all of the step's terms are. */
  readonly loss: () => string;
  /** Declares a value that is carried from step to step. */
  readonly carry: (carried: Carried) => void;
  /** Declares a number that the host gives for the step. */
  readonly scalar: (name: string) => string;
}

/** What an update gives. */
export interface Update {
  /** Parameters, optimizer state, statistics and averages, and what becomes of them. */
  readonly moved: readonly Moved[];
  /** Those of them that are zeros before the first step: the optimizer's state and the averages. */
  readonly state: readonly Carried[];
  /** Whether the step left all as it was, where the rules may do so. */
  readonly skipped: string | undefined;
}

/** A parameter, as it is carried for an optimizer: one that is moved block after block stays in blocks, which copies nothing. */
export function carriedParameter(
  { elementwise, emitFactored }: Optimizer,
  { name, shape, type }: TrainingPlan["groups"][number]["parameters"][number],
): Carried {
  const blocks = elementwise === true && emitFactored === undefined ? blockedShape(shape) : undefined;
  return { name, shape, type: type as DataType, blocks };
}

/** Emits what follows the gradients: clipping, the optimizers, the guard, and the averages. */
export function emitUpdate(g: GraphBuilder, request: UpdateRequest): Update {
  const { plan, rules, statistics, carry } = request;
  const { clipNorm, clipValue } = rules;
  const { gradients, norm } = clipped(g, request.gradients, rules);
  const zeros: Carried[] = [];
  const moved: Moved[] = [];
  const alone = clipNorm === undefined && clipValue === undefined && rules.skipNonFinite !== true;
  for (const [group, { optimizer, parameters }] of plan.groups.entries()) {
    for (const { name, shape, type } of parameters) {
      const parameter = carriedParameter(optimizer, { name, shape, type });
      const gradient = gradients.get(name);
      if (gradient === undefined) {
        moved.push({ carried: parameter, value: name });
        continue;
      }
      const slots = optimizer.slots.map((slot) => ({ slot, carried: { ...parameter, name: names.state(slot, name) } }));
      g.describe(gradient, undefined, shape);
      for (const { carried } of slots) carry(carried);
      const scalars = Object.fromEntries(
        Object.keys(optimizer.scalars(0)).map((scalar) => [scalar, request.scalar(names.scalar(group, scalar))]),
      );
      const factored = alone ? emitFactored(g, optimizer, shape, { parameter: name, gradient, scalars }) : undefined;
      if (factored !== undefined) {
        moved.push({ carried: parameter, value: factored });
        continue;
      }
      const state = Object.fromEntries(slots.map(({ slot, carried }) => [slot, carried.name]));
      const update = emitStep(g, optimizer, shape, { parameter: name, gradient, state, scalars });
      moved.push({ carried: parameter, value: update.parameter });
      for (const { slot, carried } of slots) {
        zeros.push(carried);
        moved.push({ carried, value: update.state[slot] ?? carried.name });
      }
    }
  }
  const all = [...moved, ...statistics];
  const skipped =
    rules.skipNonFinite === true ? g.op("Not", [finite(g, request.loss(), norm ?? squares(g, gradients))]) : undefined;
  const kept = skipped === undefined ? all : all.map((entry) => unlessSkipped(g, entry, skipped));
  const averages = rules.averageDecay === undefined ? [] : averaged(g, kept, zeros, request);
  zeros.push(...averages.map(({ carried }) => carried));
  return { moved: [...kept, ...averages], state: zeros, skipped };
}

/** The update of one parameter whose gradient nobody else needs, without the gradient; undefined where it has no such form. */
function emitFactored(
  g: GraphBuilder,
  { emitFactored }: Optimizer,
  shape: readonly number[],
  { parameter, gradient, scalars }: Omit<UpdateInputs, "state">,
): string | undefined {
  const factors = emitFactored === undefined ? undefined : gradientFactors(g, gradient, shape);
  if (emitFactored === undefined || factors === undefined) return undefined;
  const moved = emitFactored(g, { parameter, gradient: factors, scalars });
  return shape.length === 1 ? g.reshape(moved, shape) : moved;
}

/** The update of one parameter; of a large one block after block. */
function emitStep(
  g: GraphBuilder,
  optimizer: Optimizer,
  shape: readonly number[],
  inputs: UpdateInputs,
): UpdateOutputs {
  if (optimizer.elementwise !== true) return optimizer.emit(g, inputs);
  const { parameter, gradient, state, scalars } = inputs;
  const slots = Object.keys(state);
  const values = [parameter, gradient, ...Object.values(state)];
  const [moved = "", ...kept] = inBlocks(g, values, shape, (body, [p = "", d = "", ...own]) => {
    const entries = slots.map((slot, i) => [slot, own[i] ?? ""] as const);
    const update = optimizer.emit(body, { parameter: p, gradient: d, state: Object.fromEntries(entries), scalars });
    return [update.parameter, ...slots.map((slot, i) => update.state[slot] ?? own[i] ?? "")];
  });
  return { parameter: moved, state: Object.fromEntries(slots.map((slot, i) => [slot, kept[i] ?? ""])) };
}

/**
 * By norm: g' = g min(1, clipNorm / (|g| + 1e-6)) with |g| the Euclidean norm of all gradients together. By value: each element in
 * [-clipValue, clipValue]. As PyTorch's `clip_grad_norm_` and `clip_grad_value_`.
 */
function clipped(
  g: GraphBuilder,
  gradients: ReadonlyMap<string, string>,
  { clipNorm, clipValue }: UpdateRules,
): { gradients: ReadonlyMap<string, string>; norm?: string } {
  const each = (f: (gradient: string) => string) => new Map([...gradients].map(([name, value]) => [name, f(value)]));
  if (clipValue !== undefined) {
    const bounds = [g.scalar(-clipValue, "float32"), g.scalar(clipValue, "float32")];
    return { gradients: each((gradient) => g.op("Clip", [gradient, ...bounds])) };
  }
  if (clipNorm === undefined || gradients.size === 0) return { gradients };
  const norm = g.sqrt(squares(g, gradients));
  const scale = g.op("Min", [g.div(clipNorm, g.add(norm, 1e-6)), g.scalar(1, "float32")]);
  return { gradients: each((gradient) => g.mul(gradient, scale)), norm };
}

/** The sum of the squares of all gradients. */
function squares(g: GraphBuilder, gradients: ReadonlyMap<string, string>): string {
  const sums = [...gradients.values()].map((gradient) => g.op("ReduceSumSquare", [gradient], { keepdims: 0 }));
  return sums.length === 0 ? g.scalar(0, "float32") : g.op("Sum", sums);
}

/** Whether both numbers are finite. */
function finite(g: GraphBuilder, a: string, b: string): string {
  // A difference from itself is NaN for NaN and infinity, and 0 else.
  const [x, y] = [g.sub(a, a), g.sub(b, b)];
  return g.equal(g.add(g.castLike(x, b), y), 0);
}

function unlessSkipped(g: GraphBuilder, { carried, value }: Moved, skipped: string): Moved {
  return value === carried.name ? { carried, value } : { carried, value: g.where(skipped, carried.name, value) };
}

/**
 * The moving averages: a' = a + s (x - a) with s the share that a step brings in: 1 in the first step, after that 1 - decay.
 * As PyTorch's `AveragedModel` with `get_ema_multi_avg_fn` and `use_buffers`.
 */
function averaged(
  g: GraphBuilder,
  moved: readonly Moved[],
  state: readonly Carried[],
  { carry, scalar }: UpdateRequest,
): Moved[] {
  const slots = new Set(state.map(({ name }) => name));
  return moved
    .filter(({ carried }) => !slots.has(carried.name))
    .map(({ carried: source, value }) => {
      const carried = { ...source, name: names.average(source.name), blocks: undefined };
      carry(carried);
      const step = g.mul(g.sub(value, carried.name), g.castLike(scalar(names.intake), carried.name));
      return { carried, value: g.add(carried.name, step) };
    });
}
