import { elementCount, OnwardError, show, Tensor } from "../core/index.ts";
import type { Tensors } from "../runtime/index.ts";
import { MovingTensors } from "./moving-tensors.ts";
import { names } from "./names.ts";
import type { ModelValues } from "./model-values.ts";
import type { Carried } from "./step-loop.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { UpdateRules } from "./update-rules.ts";

/** What training keeps besides the parameters: the optimizer's tensors, the averages, and the count of steps. */
export class TrainingState {
  /** Steps taken so far. */
  steps = 0;
  /** What every learning rate is multiplied by; 1 until a plateau lowers it. */
  rateFactor = 1;
  /** By the names that `Carried` has in the graphs. */
  readonly tensors = new MovingTensors();
  readonly #plan: TrainingPlan;
  readonly #averageDecay: number | undefined;
  #stepsBefore = 0;

  constructor(plan: TrainingPlan, { averageDecay }: UpdateRules, state: readonly Carried[]) {
    this.#plan = plan;
    this.#averageDecay = averageDecay;
    for (const { name, shape } of state) {
      const dims = shape as readonly number[];
      this.tensors.set(name, new Tensor("float32", new Float32Array(elementCount(dims)), dims));
    }
  }

  /** The learning rate of the first group at a step, by its schedule alone. */
  scheduledRate(step: number): number {
    return this.#plan.groups[0]?.optimizer.learningRate(step) ?? NaN;
  }

  /** The same, by the factor of now. */
  learningRate(step: number): number {
    return this.scheduledRate(step) * this.rateFactor;
  }

  /** What the optimizer keeps for a parameter. */
  slotsOf(parameter: string): Tensor[] {
    const group = this.#plan.groups.find(({ parameters }) => parameters.some(({ name }) => name === parameter));
    return (group?.optimizer.slots ?? []).flatMap((slot) => this.tensors.get(names.state(slot, parameter)) ?? []);
  }

  /** The numbers of the next `count` steps, each [count], by name. */
  scalars(count: number): Record<string, Tensor> {
    const columns: Record<string, Tensor> = {};
    const column = (name: string): Float32Array => {
      const data = new Float32Array(count);
      columns[name] = new Tensor("float32", data, [count]);
      return data;
    };
    for (const [group, { optimizer }] of this.#plan.groups.entries()) {
      const own = Object.keys(optimizer.scalars(0)).map((name) => ({ name, data: column(names.scalar(group, name)) }));
      for (let i = 0; i < count; i++) {
        const row = optimizer.scalars(this.steps + i, this.rateFactor);
        for (const { name, data } of own) data[i] = row[name] ?? NaN;
      }
    }
    if (this.#averageDecay !== undefined) {
      const intake = column(names.intake).fill(1 - this.#averageDecay);
      // The first step's average is the parameter itself.
      if (this.steps === 0) intake[0] = 1;
    }
    return columns;
  }

  /** Takes in the state after `count` steps; what is absent has stayed as it was. */
  moved(count: number, outputs: Tensors): void {
    this.tensors.move(afterwards(this.tensors.names, outputs));
    this.#stepsBefore = this.steps;
    this.steps += count;
  }

  /** Goes back to what was before the last `moved`. */
  undo(): void {
    this.tensors.undo();
    this.steps = this.#stepsBefore;
  }

  /**
   * Goes back to a state that was kept.
   *
   * @throws OnwardError `data` when it is not of this model and these options
   */
  restore({
    steps,
    rateFactor,
    tensors,
  }: Pick<TrainingState, "steps" | "rateFactor"> & { readonly tensors: ReadonlyMap<string, Tensor> }): void {
    for (const name of new Set([...this.tensors.names, ...tensors.keys()])) {
      const [own, kept] = [this.tensors.get(name), tensors.get(name)];
      if (own === undefined) {
        const advice = "go on with the same optimizer and options";
        throw new OnwardError("data", { expected: "no such state", got: show(name), where: "checkpoint", advice });
      }
      const { dims } = own;
      if (kept?.type === "float32" && kept.dims.join() === dims.join()) continue;
      throw new OnwardError("data", {
        expected: `state ${show(name)} to be float32 of shape ${show([...dims])}`,
        got: kept === undefined ? "none" : `${kept.type} ${show([...kept.dims])}`,
        where: "checkpoint",
        advice: "go on with the same model, optimizer and options",
      });
    }
    for (const name of this.tensors.names) this.tensors.set(name, tensors.get(name) as Tensor);
    this.steps = steps;
    this.rateFactor = rateFactor;
  }
}

/** Of a session's outputs what becomes of these, by their names; what is absent has stayed as it was. */
export function afterwards(carried: Iterable<string>, outputs: Tensors): Map<string, Tensor> {
  const moved = new Map<string, Tensor>();
  for (const name of carried) {
    const tensor = outputs[names.after(name)];
    if (tensor !== undefined) moved.set(name, tensor);
  }
  return moved;
}

/** The values to judge and to save: the moving averages among a state's tensors, and `values` for what has none. */
export function judgedValues(values: ModelValues, tensors: Pick<ReadonlyMap<string, Tensor>, "get">): ModelValues {
  const averages = values.names.flatMap((name) => {
    const average = tensors.get(names.average(name));
    return average === undefined ? [] : [[name, average] as const];
  });
  if (averages.length === 0) return values;
  const judged = values.copy();
  for (const [name, average] of averages) judged.set(name, average);
  return judged;
}
