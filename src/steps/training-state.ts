import { elementCount, OnwardError, show, Tensor } from "../core/index.ts";
import type { Tensors } from "../runtime/index.ts";
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
  readonly tensors = new Map<string, Tensor>();
  readonly #plan: TrainingPlan;
  readonly #averageDecay: number | undefined;

  constructor(plan: TrainingPlan, { averageDecay }: UpdateRules, state: readonly Carried[]) {
    this.#plan = plan;
    this.#averageDecay = averageDecay;
    for (const { name, shape } of state) {
      const dims = shape as readonly number[];
      this.tensors.set(name, new Tensor("float32", new Float32Array(elementCount(dims)), dims));
    }
  }

  /** The learning rate of the first group at the next step. */
  get learningRate(): number {
    return (this.#plan.groups[0]?.optimizer.learningRate(this.steps) ?? NaN) * this.rateFactor;
  }

  /** The numbers of the next `count` steps, each [count], by name. */
  scalars(count: number): Record<string, Tensor> {
    const columns: Record<string, Tensor> = {};
    const steps = Array.from({ length: count }, (_, i) => this.steps + i);
    const column = (numbers: readonly number[]) => new Tensor("float32", Float32Array.from(numbers), [count]);
    for (const [group, { optimizer }] of this.#plan.groups.entries()) {
      const rows = steps.map((step) => optimizer.scalars(step, this.rateFactor));
      for (const name of Object.keys(rows[0] ?? {})) {
        columns[names.scalar(group, name)] = column(rows.map((row) => row[name] ?? NaN));
      }
    }
    const decay = this.#averageDecay;
    // The first step's average is the parameter itself.
    if (decay !== undefined) columns[names.intake] = column(steps.map((step) => (step === 0 ? 1 : 1 - decay)));
    return columns;
  }

  /** Takes in the state after `count` steps; what is absent has stayed as it was. */
  moved(count: number, outputs: Tensors): void {
    for (const name of this.tensors.keys()) {
      const tensor = outputs[names.after(name)];
      if (tensor !== undefined) this.tensors.set(name, tensor);
    }
    this.steps += count;
  }

  /**
   * The values to judge and to save: the moving averages where there are any, else `values` themselves.
   *
   * Before the first step there are none yet.
   */
  judged(values: ModelValues): ModelValues {
    if (this.#averageDecay === undefined || this.steps === 0) return values;
    const averages = values.copy();
    for (const name of values.names) {
      const average = this.tensors.get(names.average(name));
      if (average !== undefined) averages.set(name, average);
    }
    return averages;
  }

  /**
   * Goes back to a state that was kept.
   *
   * @throws OnwardError `data` when it is not of this model and these options
   */
  restore(steps: number, rateFactor: number, tensors: ReadonlyMap<string, Tensor>): void {
    for (const [name, { dims }] of this.tensors) {
      const kept = tensors.get(name);
      if (kept?.type === "float32" && kept.dims.join() === dims.join()) continue;
      throw new OnwardError("data", {
        expected: `state ${show(name)} to be float32 of shape ${show([...dims])}`,
        got: kept === undefined ? "none" : `${kept.type} ${show([...kept.dims])}`,
        where: "checkpoint",
        advice: "go on with the same model, optimizer and options",
      });
    }
    for (const name of this.tensors.keys()) this.tensors.set(name, tensors.get(name) as Tensor);
    this.steps = steps;
    this.rateFactor = rateFactor;
  }
}
