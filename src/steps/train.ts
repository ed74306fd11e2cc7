import { elementCount, Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import { workingModel, writeModel } from "../graph/index.ts";
import type { Runtime, Session, SessionOptions } from "../runtime/index.ts";
import { inputFeeds } from "./feeds.ts";
import { forBatchSize } from "./for-batch-size.ts";
import type { ModelValues } from "./model-values.ts";
import { names } from "./names.ts";
import { outcome, type Outcome } from "./outcome.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { randomKeys } from "./random-keys.ts";
import { trainGraph, type TrainGraph } from "./train-graph.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** Makes the session for batches of a size, or of any size. */
type Open = (size: number | undefined) => Promise<Session>;

/** The compiled training steps, with the optimizer's state and the count of steps taken. */
export class TrainSteps {
  readonly #prepared: PreparedModel;
  readonly #plan: TrainingPlan;
  readonly #graph: Omit<TrainGraph, "graph">;
  readonly #open: Open;
  readonly #seed: number;
  readonly #state = new Map<string, Tensor>();
  /** By batch size; `undefined` is for any. */
  readonly #sessions = new Map<number | undefined, Promise<Session>>();
  #steps = 0;

  private constructor(
    prepared: PreparedModel,
    plan: TrainingPlan,
    graph: Omit<TrainGraph, "graph">,
    open: Open,
    seed: number,
  ) {
    this.#prepared = prepared;
    this.#plan = plan;
    this.#graph = graph;
    this.#open = open;
    this.#seed = seed;
    for (const { name, shape } of this.#graph.state) {
      const dims = shape as readonly number[];
      this.#state.set(name, new Tensor("float32", new Float32Array(elementCount(dims)), dims));
    }
  }

  /** Builds the training graph; it is loaded into the runtime when the size of the batches is known. */
  static async compile(
    prepared: PreparedModel,
    criterion: Criterion,
    plan: TrainingPlan,
    seed: number,
    runtime: Runtime,
    options: SessionOptions,
  ): Promise<TrainSteps> {
    const { graph, ...described } = trainGraph(prepared, criterion, plan);
    const open = async (size: number | undefined) => {
      const sized =
        size === undefined ? graph : trainGraph(await forBatchSize(prepared, size, runtime), criterion, plan).graph;
      return runtime.open(writeModel(workingModel(sized)), options);
    };
    return new TrainSteps(prepared, plan, described, open, seed);
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Takes `count` steps, one per batch of `size` samples that stand one after the other in `batch`, and moves `values`.
   *
   * @returns terms, weights and scores with a leading axis of steps
   */
  async run(values: ModelValues, batch: Batch, count: number, size: number): Promise<Outcome> {
    const feeds: Record<string, Tensor> = { [names.steps]: new Tensor("int64", BigInt64Array.of(BigInt(count)), []) };
    for (const [name, tensor] of Object.entries(inputFeeds(this.#prepared, batch.inputs))) {
      feeds[names.stacked(name)] = stack(tensor, count, size);
    }
    feeds[names.stacked(names.labels)] = stack(batch.labels, count, size);
    if (this.#graph.random) feeds[names.stacked(names.keys)] = randomKeys(this.#seed, this.#steps, count, size);
    for (const [group, { optimizer }] of this.#plan.groups.entries()) {
      const rows = Array.from({ length: count }, (_, i) => optimizer.scalars(this.#steps + i));
      for (const name of Object.keys(rows[0] ?? {})) {
        const column = Float32Array.from(rows, (row) => row[name] ?? NaN);
        feeds[names.stacked(names.scalar(group, name))] = new Tensor("float32", column, [count]);
      }
    }
    const carried = [...this.#graph.trained, ...this.#plan.statistics];
    for (const name of carried) feeds[names.before(name)] = values.get(name);
    for (const [name, tensor] of this.#state) feeds[names.before(name)] = tensor;

    const session = await this.#session(size);
    const outputs = await session.run(feeds);
    for (const name of carried) values.set(name, outputs[names.after(name)] as Tensor);
    for (const name of this.#state.keys()) this.#state.set(name, outputs[names.after(name)] as Tensor);
    this.#steps += count;
    return outcome(outputs);
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  /** The first batch size, which is nearly every batch's, has a session in which it is a constant; all others share one. */
  #session(size: number): Promise<Session> {
    const key = this.#sessions.size === 0 || this.#sessions.has(size) ? size : undefined;
    let session = this.#sessions.get(key);
    if (session === undefined) {
      session = this.#open(key);
      this.#sessions.set(key, session);
    }
    return session;
  }
}

/** The same elements, with an axis of steps in front. */
function stack(tensor: Tensor, count: number, size: number): Tensor {
  return tensor.reshape([count, size, ...tensor.dims.slice(1)]);
}
