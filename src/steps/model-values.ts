import type { Tensor } from "../core/index.ts";
import { fromTensor, type Model } from "../graph/index.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { initialValue, type PreparedModel } from "./prepared-model.ts";

/** The current values of a model's parameters and running statistics, by name. */
export class ModelValues {
  readonly #prepared: PreparedModel;
  readonly #values = new Map<string, Tensor>();

  /** @param values - what they are; the model's own where absent */
  constructor(prepared: PreparedModel, values?: ReadonlyMap<string, Tensor>) {
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

  /** The names of the parameters and running statistics. */
  get names(): string[] {
    return [...this.#values.keys()];
  }

  /** A copy of its own; the tensors are shared, as nothing writes into them. */
  copy(): ModelValues {
    return new ModelValues(this.#prepared, this.#values);
  }

  /** All of them, by name. */
  toMap(): ReadonlyMap<string, Tensor> {
    return new Map(this.#values);
  }

  /** Takes the values of another one. */
  assign(other: ModelValues): void {
    for (const name of this.names) this.#values.set(name, other.get(name));
  }

  /** All of them, as a graph that declares them as inputs is fed. */
  feeds(): Record<string, Tensor> {
    return Object.fromEntries(this.#values);
  }

  /** The model as it was read, with these values and further metadata; in the form for evaluation, as it is saved to be used. */
  toModel(metadata: ReadonlyMap<string, string> = new Map()): Model {
    const model = evaluationModel(this.#prepared.model);
    const initializers = new Map(model.graph.initializers);
    for (const [name, value] of this.#values) initializers.set(name, fromTensor(value));
    return {
      ...model,
      graph: { ...model.graph, initializers },
      metadata: new Map([...model.metadata, ...metadata]),
    };
  }
}
