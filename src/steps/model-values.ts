import type { Tensor } from "../core/index.ts";
import { fromTensor, type Model } from "../graph/index.ts";
import { evaluationModel } from "./evaluation-form.ts";
import { initialValue, type PreparedModel } from "./prepared-model.ts";

/** The current values of a model's parameters and running statistics, by name. */
export class ModelValues {
  readonly #prepared: PreparedModel;
  readonly #values = new Map<string, Tensor>();

  constructor(prepared: PreparedModel) {
    this.#prepared = prepared;
    for (const { name } of prepared.parameters) this.#values.set(name, initialValue(prepared, name));
    for (const name of prepared.statistics) this.#values.set(name, initialValue(prepared, name));
  }

  /** The value of a parameter or statistic. */
  get(name: string): Tensor {
    return this.#values.get(name) ?? initialValue(this.#prepared, name);
  }

  set(name: string, value: Tensor): void {
    this.#values.set(name, value);
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
