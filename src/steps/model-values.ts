import type { Tensor } from "../core/index.ts";
import { fromTensor, type Model } from "../graph/index.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { MovingTensors } from "./moving-tensors.ts";
import { initialValue, type PreparedModel } from "./prepared-model.ts";

/** The current values of a model's parameters and running statistics, by name. */
export class ModelValues {
  readonly #prepared: PreparedModel;
  readonly #values = new MovingTensors();

  /** @param values - what they are; the model's own where absent */
  constructor(prepared: PreparedModel, values?: Pick<ReadonlyMap<string, Tensor>, "get">) {
    this.#prepared = prepared;
    for (const name of [...prepared.parameters.map((parameter) => parameter.name), ...prepared.statistics]) {
      this.#values.set(name, values?.get(name) ?? initialValue(prepared, name));
    }
  }

  /** The value of a parameter or statistic. */
  get(name: string): Tensor {
    return this.#values.get(name) ?? initialValue(this.#prepared, name);
  }

  set(name: string, value: Tensor): void {
    this.#values.set(name, value);
  }

  /** The same as `get`, to feed it to the runtime or to look at it, and to forget it at once: training frees what it replaces. */
  peek(name: string): Tensor {
    return this.#values.peek(name) ?? initialValue(this.#prepared, name);
  }

  /** Takes values that the runtime has just given out, and that nobody else has; what they replace stays until `settle`. */
  move(values: ReadonlyMap<string, Tensor>): void {
    this.#values.move(values);
  }

  /** Frees what the last `move` replaced, which cannot be undone then. */
  settle(): void {
    this.#values.settle();
  }

  /** Goes back to the values before the last `move`. */
  undo(): void {
    this.#values.undo();
  }

  /** The names of the parameters and running statistics. */
  get names(): string[] {
    return this.#values.names;
  }

  /** A copy of its own; the tensors are shared, as nothing writes into them. */
  copy(): ModelValues {
    return new ModelValues(this.#prepared, this.#values);
  }

  /** All of them, by name. */
  toMap(): ReadonlyMap<string, Tensor> {
    return this.#values.toMap();
  }

  /** The same as `toMap`, to look at and to forget before training goes on. */
  view(): ReadonlyMap<string, Tensor> {
    return this.#values.view();
  }

  /** Takes the values of another one. */
  assign(other: ModelValues): void {
    for (const name of this.names) this.#values.set(name, other.get(name));
  }

  /** All of them, as a graph that declares them as inputs is fed. */
  feeds(): Record<string, Tensor> {
    return Object.fromEntries(this.#values.toMap());
  }

  /** The model as it was read, with these values and further metadata; in the form for evaluation, as it is saved to be used. */
  toModel(metadata: ReadonlyMap<string, string> = new Map()): Model {
    const model = evaluationModel(this.#prepared.model);
    const initializers = new Map(model.graph.initializers);
    for (const [name, value] of this.#values.toMap()) initializers.set(name, fromTensor(value));
    return {
      ...model,
      graph: { ...model.graph, initializers },
      metadata: new Map([...model.metadata, ...metadata]),
    };
  }
}
