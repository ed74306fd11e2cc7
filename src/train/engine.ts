import { OnwardError } from "../core/index.ts";
import type { Source } from "../data/index.ts";
import { readModelFile, type Model } from "../graph/index.ts";
import { Sequential } from "../nn/index.ts";
import { loadNodeRuntime, type Runtime, type SessionOptions } from "../runtime/index.ts";
import {
  AccumulateSteps,
  EvaluateSteps,
  judgedValues,
  ModelValues,
  prepareModel,
  trainingPlan,
  TrainSteps,
  type PreparedModel,
  type TrainingSteps,
} from "../steps/index.ts";
import type { Snapshot } from "./snapshot.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** A model with its current values, and the graphs that train and evaluate it, compiled when they are wanted. */
export class Engine {
  readonly prepared: PreparedModel;
  readonly values: ModelValues;
  readonly #options: TrainerOptions;
  readonly #runtime: Runtime;
  #training: TrainingSteps | undefined;
  #evaluation: EvaluateSteps | undefined;
  #own = true;

  private constructor(options: TrainerOptions, prepared: PreparedModel, runtime: Runtime) {
    this.#options = options;
    this.prepared = prepared;
    this.values = new ModelValues(prepared);
    this.#runtime = runtime;
  }

  /** Reads or builds the model. @throws OnwardError `usage` where the shape of a sample is needed and not known */
  static async load(options: TrainerOptions, source: Source | undefined): Promise<Engine> {
    const runtime = options.runtime ?? (await loadNodeRuntime());
    return new Engine(options, await prepareModel(modelOf(options, source), runtime), runtime);
  }

  /** The values to judge and to save: the moving averages, where they are kept. */
  get judged(): ModelValues {
    const state = this.#training?.state;
    // Before the first step the averages are still zeros.
    return state === undefined || state.steps === 0 || !this.#own
      ? this.values
      : judgedValues(this.values, state.tensors);
  }

  /** The values that the model was read with. */
  initial(): ModelValues {
    return new ModelValues(this.prepared);
  }

  /** Judges and saves these values, and no averages, until training goes on. */
  useInstead(values: ModelValues): void {
    this.values.assign(values);
    this.#own = false;
  }

  /** Judges and saves what training made, from now on. */
  useOwn(): void {
    this.#own = true;
  }

  /** The values to judge that a snapshot holds. */
  judgedOf(snapshot: Snapshot): ModelValues {
    return judgedValues(this.valuesOf(snapshot), snapshot.state);
  }

  /** The steps that train. @throws OnwardError `usage` without an optimizer, or for a criterion that gives no sum */
  async training(): Promise<TrainingSteps> {
    return (this.#training ??= await this.#compileTraining());
  }

  get evaluation(): EvaluateSteps {
    const { criterion } = this.#options;
    return (this.#evaluation ??= EvaluateSteps.compile(this.prepared, criterion, this.#runtime, this.#session));
  }

  /** Goes back to a snapshot. @throws OnwardError `data` when it is of another model or of other options */
  async restore({ step, rateFactor, values, state }: Snapshot): Promise<void> {
    const { state: training } = await this.training();
    training.restore({ steps: step, rateFactor, tensors: state });
    this.values.assign(this.valuesOf({ values }));
  }

  /** The values that a snapshot holds. @throws OnwardError `data` when they are those of another model */
  valuesOf({ values }: Pick<Snapshot, "values">): ModelValues {
    for (const name of this.values.names) {
      const [own, kept] = [this.values.get(name), values.get(name)];
      if (kept?.type === own.type && kept.dims.join() === own.dims.join()) continue;
      throw new OnwardError("data", {
        expected: `${JSON.stringify(name)} to be ${own.type} of shape [${own.dims.join(", ")}]`,
        got: kept === undefined ? "none" : `${kept.type} of shape [${kept.dims.join(", ")}]`,
        where: "checkpoint",
        advice: "go on with the model that the run began with",
      });
    }
    return new ModelValues(this.prepared, values);
  }

  async release(): Promise<void> {
    await this.#training?.release();
    await this.#evaluation?.release();
  }

  async #compileTraining(): Promise<TrainingSteps> {
    const { criterion, optimizer, freeze, parameterGroups: groups, seed = 0, accumulate = 1 } = this.#options;
    if (optimizer === undefined)
      throw new OnwardError("usage", { expected: "an optimizer to train with", got: "none" });
    if (criterion.reduction === "none") {
      throw new OnwardError("usage", {
        expected: 'a reduction of "mean" or "sum" to train with',
        got: '"none"',
        where: criterion.name,
      });
    }
    const { prepared } = this;
    const plan = trainingPlan(prepared, { optimizer, freeze, groups });
    const { clipNorm, clipValue, averageDecay, onNonFinite } = this.#options;
    const rules = { clipNorm, clipValue, averageDecay, skipNonFinite: onNonFinite === "skip" };
    const common = [prepared, criterion, plan, seed, this.#runtime, this.#session, rules] as const;
    return accumulate === 1 ? TrainSteps.compile(...common) : AccumulateSteps.compile(...common, accumulate);
  }

  get #session(): SessionOptions {
    return { threads: this.#options.threads, provider: this.#options.provider };
  }
}

function modelOf({ model }: TrainerOptions, source: Source | undefined): Model {
  if (typeof model === "string") return readModelFile(model);
  if (!(model instanceof Sequential)) return model;
  const shape = source?.sampleShape;
  return model.toModel(Array.isArray(shape) ? (shape as readonly number[]) : undefined);
}
