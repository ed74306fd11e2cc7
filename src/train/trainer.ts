import { checkSeed, OnwardError, show } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Source } from "../data/index.ts";
import { readModelFile, writeModel, type Model } from "../graph/index.ts";
import { Sequential } from "../nn/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import { loadNodeRuntime, type Runtime, type SessionOptions } from "../runtime/index.ts";
import {
  EvaluateSteps,
  ModelValues,
  prepareModel,
  trainingPlan,
  TrainSteps,
  type ParameterGroup,
  type ParameterSelection,
  type PreparedModel,
} from "../steps/index.ts";
import { CallLength } from "./call-length.ts";
import { Events, type TrainerEvents } from "./events.ts";
import { boundary } from "./judge.ts";
import { modelMetadata } from "./metadata.ts";
import { Pass } from "./pass.ts";
import { toPhase, toPhases, type Phase, type PhaseInput } from "./phase.ts";
import { remarks } from "./remarks.ts";
import type { PhaseReport } from "./report.ts";
import { writeFile } from "../runs/index.ts";

/** What a trainer is made of. */
export interface TrainerOptions {
  /** Layers, a model, or the path of an ONNX file. */
  readonly model: Sequential | Model | string;
  readonly criterion: Criterion;
  /** Needed to train, not to evaluate. */
  readonly optimizer?: Optimizer;
  /**
   * Parameters that stay as they are, to the bit: patterns for their names in the ONNX file (`*` for any characters, `?` for
   * one), "head" for the classifier or "backbone" for all but it. A batch normalisation whose parameters are all frozen keeps
   * its running statistics too, and normalises by them.
   */
  readonly freeze?: ParameterSelection;
  /** Parameters with an optimizer of their own, selected as by `freeze`; the first group that selects one has it. */
  readonly parameterGroups?: readonly ParameterGroup[];
  /** Shuffling and dropout follow from it; initial weights from that of `nn.sequential`. Default 0. */
  readonly seed?: number;
  /** Threads within an operation; all of the machine's by default. */
  readonly threads?: number;
  /** The runtime's execution provider; "cpu" by default. */
  readonly provider?: string;
  /** The engine; ONNX Runtime for Node by default. */
  readonly runtime?: Runtime;
}

/** How an evaluation is cut into batches. */
export interface EvaluateOptions {
  /** Samples a batch; default 64. */
  readonly batchSize?: number;
  /** Stops between two calls of the runtime; the pass then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long and in which batches to train. */
export interface FitOptions extends EvaluateOptions {
  readonly epochs: number;
  /** Leaves the last batch of a training pass out when it is not full. */
  readonly dropLast?: boolean;
}

/** What is compiled for the data at hand. */
interface Compiled {
  readonly prepared: PreparedModel;
  readonly values: ModelValues;
  readonly runtime: Runtime;
}

/**
 * Trains and evaluates a classifier over named phases.
 *
 * A phase's loss is the quotient of exact sums, whatever the batches were; see the report's fields. A training step divides
 * the gradient of the sum of terms by the batch's total weight (or by nothing, where the criterion's reduction is "sum").
 * For one seed, machine and thread count, results are the same bits in every run.
 *
 * @example
 * ```ts
 * import { adamw, crossEntropy, nn, Trainer } from "onward";
 * import { arrays } from "onward/data";
 * const data = arrays({ inputs: { data: [-1, 1, -2, 2], dims: [4, 1] }, labels: [0, 1, 0, 1] });
 * const model = nn.sequential([nn.linear(1, 2)], { seed: 7 });
 * const trainer = new Trainer({ model, criterion: crossEntropy(), optimizer: adamw({ learningRate: 0.1 }) });
 * for await (const { phase, loss } of trainer.fit({ train: data, val: data }, { epochs: 2, batchSize: 2 })) console.log(phase, loss);
 * ```
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #seed: number;
  readonly #events = new Events<TrainerEvents>();
  readonly #callLength = new CallLength();
  #compiled: Compiled | undefined;
  #train: TrainSteps | undefined;
  #evaluate: EvaluateSteps | undefined;
  #source: Source | undefined;
  #epoch = 0;

  /** @throws OnwardError `usage` when the seed is no integer of at least 0 */
  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#seed = options.seed ?? 0;
    checkSeed(this.#seed);
  }

  /** Epochs that were trained so far. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Adds a listener for an event; the function that comes back takes it away again. */
  on<K extends keyof TrainerEvents>(name: K, listener: (event: TrainerEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Trains for some epochs, and yields the report of each phase of each epoch, in the order of `phases`.
   *
   * The phase named "train" trains, the others evaluate, unless their `mode` says otherwise. Called again, it goes on:
   * epochs, the optimizer's state and the step count continue.
   *
   * @throws OnwardError `usage` for impossible options, no optimizer or a criterion whose reduction is "none"; `data` for
   *   data that does not fit the model; the signal's reason when aborted
   */
  async *fit(
    phases: Readonly<Record<string, PhaseInput>>,
    { epochs, batchSize = 64, dropLast = false, signal }: FitOptions,
  ): AsyncGenerator<PhaseReport, void, undefined> {
    if (!Number.isSafeInteger(epochs) || epochs < 1) {
      throw new OnwardError("usage", { expected: "epochs to be a positive integer", got: show(epochs) });
    }
    const passes = toPhases(phases, { batchSize, dropLast, seed: this.#seed });
    for (let i = 0; i < epochs; i++) {
      const epoch = this.#epoch + 1;
      for (const phase of passes) yield await this.#run(phase, epoch, signal);
      this.#epoch = epoch;
    }
  }

  /**
   * Scores a data set with the parameters as they are: one pass in evaluation mode.
   *
   * @throws OnwardError `data` for data that does not fit the model; the signal's reason when aborted
   */
  async evaluate(data: PhaseInput, { batchSize = 64, signal }: EvaluateOptions = {}): Promise<PhaseReport> {
    const phase = toPhase("evaluate", data, { batchSize, dropLast: false, seed: this.#seed });
    return this.#run({ ...phase, mode: "eval" }, this.#epoch === 0 ? undefined : this.#epoch, signal);
  }

  /**
   * The model with its current parameters, as the bytes of an ONNX file; preprocessing and class names are in its metadata.
   *
   * @throws OnwardError `usage` before anything ran, where the shape of a sample is not known
   */
  async toOnnx(): Promise<Uint8Array> {
    const { values } = this.#compiled ?? (await this.#compile(undefined));
    return writeModel(values.toModel(modelMetadata(this.#source)));
  }

  /** Writes `toOnnx()` to a file, whole or not at all. */
  async save(path: string): Promise<void> {
    await writeFile(path, await this.toOnnx());
  }

  /** Frees what the runtime holds. The trainer can still be saved, but neither train nor evaluate. */
  async release(): Promise<void> {
    await this.#train?.release();
    await this.#evaluate?.release();
  }

  async #run(
    { name, mode, loader }: Phase,
    epoch: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PhaseReport> {
    const compiled = await this.#compile(loader.source);
    const { criterion } = this.#options;
    const pass = new Pass({
      name,
      mode,
      epoch,
      loader,
      criterion,
      classes: compiled.prepared.scores.shape?.[1],
      boundary: boundary(compiled.prepared, criterion),
      events: this.#events,
      signal,
    });
    if (mode === "train") {
      const steps = (this.#train ??= await this.#compileTraining(compiled));
      return pass.train(steps, compiled.values, this.#callLength);
    }
    const steps = (this.#evaluate ??= await EvaluateSteps.compile(
      compiled.prepared,
      criterion,
      compiled.runtime,
      this.#session(),
    ));
    return pass.evaluate(steps, compiled.values);
  }

  async #compile(source: Source | undefined): Promise<Compiled> {
    this.#source ??= source;
    if (this.#compiled !== undefined) return this.#compiled;
    const runtime = this.#options.runtime ?? (await loadNodeRuntime());
    const prepared = await prepareModel(this.#model(source), runtime);
    this.#compiled = { prepared, values: new ModelValues(prepared), runtime };
    if (source !== undefined) {
      for (const remark of remarks(prepared, this.#options.criterion, source)) this.#events.send("remark", remark);
    }
    return this.#compiled;
  }

  #model(source: Source | undefined): Model {
    const { model } = this.#options;
    if (typeof model === "string") return readModelFile(model);
    if (!(model instanceof Sequential)) return model;
    const shape = source?.sampleShape;
    return model.toModel(Array.isArray(shape) ? (shape as readonly number[]) : undefined);
  }

  async #compileTraining({ prepared, runtime }: Compiled): Promise<TrainSteps> {
    const { criterion, optimizer } = this.#options;
    if (optimizer === undefined)
      throw new OnwardError("usage", { expected: "an optimizer to train with", got: "none" });
    if (criterion.reduction === "none") {
      throw new OnwardError("usage", {
        expected: 'a reduction of "mean" or "sum" to train with',
        got: '"none"',
        where: criterion.name,
      });
    }
    const { freeze, parameterGroups: groups } = this.#options;
    const plan = trainingPlan(prepared, { optimizer, freeze, groups });
    return TrainSteps.compile(prepared, criterion, plan, this.#seed, runtime, this.#session());
  }

  #session(): SessionOptions {
    return { threads: this.#options.threads, provider: this.#options.provider };
  }
}
