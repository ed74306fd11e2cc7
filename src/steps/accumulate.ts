import { elementCount, Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import { workingModel, writeModel } from "../graph/index.ts";
import type { Runtime, Session, SessionOptions, Tensors } from "../runtime/index.ts";
import { accumulateGraph } from "./accumulate-graph.ts";
import type { ModelValues } from "./model-values.ts";
import { MovingTensors } from "./moving-tensors.ts";
import { names } from "./names.ts";
import { outcome, type Outcome } from "./outcome.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { randomKeys } from "./random-keys.ts";
import { SizedSessions } from "./sized-sessions.ts";
import { stackedBatches } from "./stacked-batches.ts";
import type { Carried } from "./step-loop.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { afterwards, TrainingState } from "./training-state.ts";
import type { TrainingSteps } from "./training-steps.ts";
import { updateGraph } from "./update-graph.ts";
import type { UpdateRules } from "./update-rules.ts";

interface Parts {
  readonly prepared: PreparedModel;
  readonly criterion: Criterion;
  readonly plan: TrainingPlan;
  readonly rules: UpdateRules;
  readonly seed: number;
  readonly window: number;
  readonly state: TrainingState;
  readonly sums: readonly Carried[];
  readonly random: boolean;
  readonly sessions: SizedSessions;
  readonly update: Session;
}

/**
 * Compiled training steps of several batches each. The gradients of the sums of terms are added up over a window, and divided once by
 * the window's whole weight: the step is that of one big batch, whatever weight the parts have.
 */
export class AccumulateSteps implements TrainingSteps {
  readonly state: TrainingState;
  readonly trained: readonly string[];
  readonly window: number;
  readonly #parts: Parts;
  /** Where every window begins; nothing writes into them. */
  readonly #zeros: ReadonlyMap<string, Tensor>;
  readonly #sums = new MovingTensors();
  /** Of the window so far; the statistics as they were before it. */
  #samples = 0;
  #terms = 0;
  #weight = 0;
  #statistics: ReadonlyMap<string, Tensor> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.state = parts.state;
    this.window = parts.window;
    this.trained = parts.plan.groups.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    this.#zeros = new Map(
      parts.sums.map(({ name, shape }) => {
        const dims = shape as readonly number[];
        return [name, new Tensor("float32", new Float32Array(elementCount(dims)), dims)];
      }),
    );
    this.#begin();
  }

  /** Builds both graphs; the one for the batches is loaded when their size is known. */
  static async compile(
    prepared: PreparedModel,
    criterion: Criterion,
    plan: TrainingPlan,
    seed: number,
    runtime: Runtime,
    options: SessionOptions,
    rules: UpdateRules,
    window: number,
  ): Promise<AccumulateSteps> {
    const { sums, random } = accumulateGraph(prepared, criterion, plan);
    const { graph, state } = updateGraph(prepared, plan, rules, sums);
    const build = (sized: PreparedModel) => accumulateGraph(sized, criterion, plan).graph;
    return new AccumulateSteps({
      prepared,
      criterion,
      plan,
      rules,
      seed,
      window,
      sums,
      random,
      state: new TrainingState(plan, rules, state),
      sessions: new SizedSessions(prepared, build, runtime, options),
      update: await runtime.open(writeModel(workingModel(graph)), options),
    });
  }

  expect(size: number): void {
    this.#parts.sessions.expect(size);
  }

  /** Adds the gradients of `count` batches of the window; the running statistics follow each of them. */
  async run(values: ModelValues, batch: Batch, count: number, size: number): Promise<Outcome> {
    const { prepared, plan, seed, random, sessions } = this.#parts;
    const { statistics } = plan;
    values.settle();
    this.state.tensors.settle();
    this.#sums.settle();
    this.#statistics ??= new Map(statistics.map((name) => [name, values.get(name)]));
    const feeds = stackedBatches(prepared, batch, count, size);
    if (random) {
      const place = (i: number) => ({ step: this.state.steps, place: this.#samples + i * size });
      feeds[names.stacked(names.keys)] = randomKeys(seed, count, size, place);
    }
    for (const name of this.trained) feeds[name] = values.peek(name);
    for (const name of statistics) feeds[names.before(name)] = values.peek(name);
    for (const name of this.#sums.names) feeds[names.before(name)] = this.#sums.peek(name) as Tensor;

    const session = await sessions.get(size);
    const outputs = await session.run(feeds);
    values.move(afterwards(statistics, outputs));
    this.#sums.move(afterwards(this.#sums.names, outputs));
    const result = outcome(outputs);
    const sum = ({ data }: Tensor) => (data as Float32Array).reduce((total, value) => total + value, 0);
    this.#samples += count * size;
    this.#terms += sum(result.terms);
    this.#weight += result.weights === undefined ? result.terms.data.length : sum(result.weights);
    return result;
  }

  /** Takes the optimizer's step with the gradient of the window's mean loss; one of a window without weight is zero. */
  async endWindow(values: ModelValues): Promise<number> {
    const { criterion, plan, update, rules } = this.#parts;
    // The averages would follow statistics of what is left out.
    if (rules.skipNonFinite === true && !Number.isFinite(this.#terms)) this.#restoreStatistics(values);
    const divisor = criterion.reduction === "sum" ? 1 : this.#weight;
    const number = (value: number) => new Tensor("float32", Float32Array.of(value), []);
    const available: Record<string, Tensor> = {
      [names.scale]: number(divisor === 0 ? 0 : 1 / divisor),
      [names.loss]: number(this.#terms),
    };
    for (const [name, column] of Object.entries(this.state.scalars(1))) available[name] = column.reshape([]);
    for (const name of [...this.trained, ...plan.statistics]) available[name] = values.peek(name);
    for (const tensors of [this.state.tensors, this.#sums]) {
      for (const name of tensors.names) available[name] = tensors.peek(name) as Tensor;
    }

    const outputs = await update.run(needed(update, available));
    values.move(afterwards(this.trained, outputs));
    this.state.moved(1, outputs);
    const skipped = Number((outputs[names.skipped]?.data as Uint8Array | undefined)?.[0] ?? 0);
    if (skipped === 1) this.#restoreStatistics(values);
    this.#begin();
    return skipped;
  }

  undo(values: ModelValues): void {
    this.#restoreStatistics(values);
    this.#begin();
  }

  async release(): Promise<void> {
    await this.#parts.sessions.release();
    await this.#parts.update.release();
  }

  #restoreStatistics(values: ModelValues): void {
    for (const [name, before] of this.#statistics ?? []) values.set(name, before);
  }

  #begin(): void {
    for (const [name, zeros] of this.#zeros) this.#sums.set(name, zeros);
    this.#samples = 0;
    this.#terms = 0;
    this.#weight = 0;
    this.#statistics = undefined;
  }
}

/** Of what there is, what a session reads. */
function needed(session: Session, tensors: Tensors): Tensors {
  return Object.fromEntries(
    session.inputs
      .map(({ name }) => [name, tensors[name]])
      .filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
}
