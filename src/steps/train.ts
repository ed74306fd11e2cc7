import type { Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import type { Runtime, SessionOptions } from "../runtime/index.ts";
import type { ModelValues } from "./model-values.ts";
import { names } from "./names.ts";
import { outcome, type Outcome } from "./outcome.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { randomKeys } from "./random-keys.ts";
import { SizedSessions } from "./sized-sessions.ts";
import { stackedBatches } from "./stacked-batches.ts";
import { trainGraph } from "./train-graph.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { afterwards, TrainingState } from "./training-state.ts";
import type { TrainingSteps } from "./training-steps.ts";
import type { UpdateRules } from "./update-rules.ts";

/** Compiled training steps of one batch each, several of them a call. */
export class TrainSteps implements TrainingSteps {
  readonly state: TrainingState;
  readonly trained: readonly string[];
  readonly window = 1;
  readonly #prepared: PreparedModel;
  readonly #carried: readonly string[];
  readonly #random: boolean;
  readonly #seed: number;
  readonly #sessions: SizedSessions;
  #skipped = 0;

  private constructor(
    prepared: PreparedModel,
    plan: TrainingPlan,
    state: TrainingState,
    random: boolean,
    sessions: SizedSessions,
    seed: number,
  ) {
    this.state = state;
    this.#prepared = prepared;
    this.trained = plan.groups.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    this.#carried = [...this.trained, ...plan.statistics];
    this.#random = random;
    this.#sessions = sessions;
    this.#seed = seed;
  }

  /** Builds the training graph; it is loaded into the runtime when the size of the batches is known. */
  static compile(
    prepared: PreparedModel,
    criterion: Criterion,
    plan: TrainingPlan,
    seed: number,
    runtime: Runtime,
    options: SessionOptions,
    rules: UpdateRules = {},
  ): TrainSteps {
    const { state, random } = trainGraph(prepared, criterion, plan, rules);
    const build = (sized: PreparedModel) => trainGraph(sized, criterion, plan, rules).graph;
    const sessions = new SizedSessions(prepared, build, runtime, options);
    return new TrainSteps(prepared, plan, new TrainingState(plan, rules, state), random, sessions, seed);
  }

  expect(size: number): void {
    this.#sessions.expect(size);
  }

  /** Takes `count` steps, one per batch, and moves `values`. */
  async run(values: ModelValues, batch: Batch, count: number, size: number): Promise<Outcome> {
    const { state } = this;
    values.settle();
    state.tensors.settle();
    const feeds = stackedBatches(this.#prepared, batch, count, size);
    if (this.#random) {
      const keys = randomKeys(this.#seed, count, size, (i) => ({ step: state.steps + i, place: 0 }));
      feeds[names.stacked(names.keys)] = keys;
    }
    for (const [name, column] of Object.entries(state.scalars(count))) feeds[names.stacked(name)] = column;
    for (const name of this.#carried) feeds[names.before(name)] = values.peek(name);
    for (const name of state.tensors.names) feeds[names.before(name)] = state.tensors.peek(name) as Tensor;

    const session = await this.#sessions.get(size);
    const outputs = await session.run(feeds);
    values.move(afterwards(this.#carried, outputs));
    state.moved(count, outputs);
    const skipped = outputs[names.skipped]?.data as Uint8Array | undefined;
    this.#skipped += skipped?.reduce((sum, flag) => sum + flag, 0) ?? 0;
    return outcome(outputs);
  }

  /** The steps were taken by `run` already. */
  endWindow(): Promise<number> {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return Promise.resolve(skipped);
  }

  undo(values: ModelValues): void {
    values.undo();
    this.state.undo();
    this.#skipped = 0;
  }

  release(): Promise<void> {
    return this.#sessions.release();
  }
}
