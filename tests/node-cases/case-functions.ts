import { elementCount, type Random, type Tensor } from "../../src/core/index.ts";
import { backward } from "../../src/gradients/index.ts";
import {
  GraphBuilder,
  tensorData,
  toTensor,
  workingModel,
  writeModel,
  type Graph,
  type TensorData,
} from "../../src/graph/index.ts";
import type { Runtime, Session } from "../../src/runtime/index.ts";
import type { Problem } from "./differences.ts";
import type { FloatType } from "./retype.ts";

const options = { threads: 1 } as const;

/** A case as functions to be compared: what it computes, and the gradient of a random projection of that. */
export class CaseFunctions {
  readonly #type: FloatType;
  readonly #feeds: Readonly<Record<string, Tensor>>;
  readonly #dims: ReadonlyMap<string, readonly number[]>;
  readonly #forward: Session;
  readonly #graph: Graph;
  #gradient: { session: Session; names: readonly string[] } | undefined;
  #weights: ReadonlyMap<string, Float64Array> = new Map();

  private constructor(graph: Graph, inputs: ReadonlyMap<string, TensorData>, type: FloatType, forward: Session) {
    this.#graph = graph;
    this.#type = type;
    this.#forward = forward;
    const fed = graph.inputs.flatMap(({ name }) => {
      const data = inputs.get(name);
      return data === undefined ? [] : [[name, data] as const];
    });
    this.#dims = new Map(fed.map(([name, data]) => [name, data.dims]));
    this.#feeds = Object.fromEntries(fed.map(([name, data]) => [name, toTensor(data)]));
  }

  static async open(
    graph: Graph,
    inputs: ReadonlyMap<string, TensorData>,
    type: FloatType,
    runtime: Runtime,
  ): Promise<CaseFunctions> {
    const outputs = graph.outputs.map(({ name }) => ({ name }));
    const session = await runtime.open(writeModel(workingModel({ ...graph, outputs })), options);
    return new CaseFunctions(graph, inputs, type, session);
  }

  /** The outputs at the case's own point, or with other values of its floats. */
  async results(point: ReadonlyMap<string, Float64Array> = new Map()): Promise<Readonly<Record<string, Tensor>>> {
    return this.#forward.run({ ...this.#feeds, ...this.#tensors(point) });
  }

  /** The float inputs that are differentiated, at the case's own point. */
  point(settings: ReadonlySet<string>): Map<string, Float64Array> {
    return new Map(
      Object.entries(this.#feeds).flatMap(([name, { type, data }]) =>
        type === this.#type && !settings.has(name) ? [[name, Float64Array.from(data as Float64Array)] as const] : [],
      ),
    );
  }

  /**
   * Builds the gradient of sum(r y), r random, over the outputs of floats.
   *
   * @returns the outputs that the gradient flows from
   */
  async differentiate(
    wanted: readonly string[],
    through: readonly string[],
    results: Readonly<Record<string, Tensor>>,
    random: Random,
    runtime: Runtime,
  ): Promise<void> {
    const g = new GraphBuilder();
    for (const { name, type, shape } of this.#graph.inputs) g.input(name, type ?? this.#type, shape);
    g.include(this.#graph);
    const seeds = new Map<string, string>();
    const weights = new Map<string, Float64Array>();
    for (const name of through) {
      const { dims } = results[name] as Tensor;
      weights.set(
        name,
        Float64Array.from({ length: elementCount(dims) }, () => random.uniform(-1, 1)),
      );
      const known = g.shapeOf(name);
      seeds.set(name, g.input(`gradient of ${name}`, this.#type, known?.length === dims.length ? known : dims));
    }
    const gradients = backward(g, { seeds, wanted });
    for (const [name, gradient] of gradients) g.output(`gradient for ${name}`, gradient);
    this.#weights = weights;
    await this.#gradient?.session.release();
    this.#gradient = undefined;
    if (gradients.size === 0) return;
    const session = await runtime.open(writeModel(workingModel(g.build("gradient"))), options);
    this.#gradient = { session, names: [...gradients.keys()] };
  }

  /** The projection and its gradient at a point. Outputs that are not finite there are left out of the projection. */
  async problem(point: ReadonlyMap<string, Float64Array>): Promise<Problem & { readonly finite: boolean }> {
    const here = await this.results(point);
    let finite = true;
    const weights = new Map(
      [...this.#weights].map(([name, all]) => {
        const data = here[name]?.data as Float64Array;
        if (!data.every(Number.isFinite)) finite = false;
        return [name, all.map((weight, k) => (Number.isFinite(data[k]) ? weight : 0))] as const;
      }),
    );
    const value = async (moved: string, at: Float64Array) => {
      const results = await this.results(new Map(point).set(moved, at));
      let sum = 0;
      for (const [name, factors] of weights) {
        const data = results[name]?.data as Float64Array;
        for (const [k, factor] of factors.entries()) if (factor !== 0) sum += factor * (data[k] ?? NaN);
      }
      return sum;
    };
    return { value, point, finite, gradients: await this.#gradientsAt(point, weights, here) };
  }

  async #gradientsAt(
    point: ReadonlyMap<string, Float64Array>,
    weights: ReadonlyMap<string, Float64Array>,
    results: Readonly<Record<string, Tensor>>,
  ): Promise<Map<string, Float64Array>> {
    if (this.#gradient === undefined) return new Map();
    const { session, names } = this.#gradient;
    const seeds = [...weights].map(([name, values]) => {
      const dims = results[name]?.dims ?? [];
      return [`gradient of ${name}`, toTensor(tensorData(this.#type, dims, Array.from(values)))] as const;
    });
    const found = await session.run({ ...this.#feeds, ...this.#tensors(point), ...Object.fromEntries(seeds) });
    return new Map(
      names.map((name) => {
        const { type, dims, data } = found[`gradient for ${name}`] as Tensor;
        const expected = this.#dims.get(name) ?? [];
        if (type !== this.#type || dims.join() !== expected.join())
          throw new Error(`the gradient of ${name} is ${type}[${dims.join()}], not ${this.#type}[${expected.join()}]`);
        return [name, Float64Array.from(data as Float64Array)];
      }),
    );
  }

  #tensors(point: ReadonlyMap<string, Float64Array>): Record<string, Tensor> {
    return Object.fromEntries(
      [...point].map(([name, values]) => [
        name,
        toTensor(tensorData(this.#type, this.#dims.get(name) ?? [], Array.from(values))),
      ]),
    );
  }

  async release(): Promise<void> {
    await this.#forward.release();
    await this.#gradient?.session.release();
  }
}
