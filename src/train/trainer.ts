import { checkChoice, checkSeed, OnwardError, show } from "../core/index.ts";
import type { Source } from "../data/index.ts";
import { writeModel } from "../graph/index.ts";
import { writeFile } from "../runs/index.ts";
import { checkUpdateRules } from "../steps/index.ts";
import { BestEpochs } from "./best-epochs.ts";
import { CallLength } from "./call-length.ts";
import { checkKnownLabels } from "./check-labels.ts";
import type { TrainingControl } from "./callbacks/callback.ts";
import { Engine } from "./engine.ts";
import { Events, type TrainerEvents } from "./events.ts";
import { boundary, scoreKind } from "./judge.ts";
import { modelMetadata } from "./metadata.ts";
import type { Mode } from "./mode.ts";
import { Pass } from "./pass.ts";
import { toPhase, toPhases, type Phase, type PhaseInput } from "./phase.ts";
import { remarks, untrained } from "./remarks.ts";
import type { PhaseReport } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";
import { tensorBytes } from "./tensor-bytes.ts";
import { checkCount, type EvaluateOptions, type FitOptions, type TrainerOptions } from "./trainer-options.ts";

/**
 * Trains and evaluates a classifier over named phases.
 *
 * A phase's loss is the quotient of exact sums, whatever the batches were; see the report's fields. A training step divides
 * the gradient of the sum of terms by the total weight of its batches (or by nothing, where the criterion's reduction is "sum").
 * For one seed, machine and thread count, results are the same bits in every run, stopped and resumed or not.
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
  readonly #evaluationLength = new CallLength();
  readonly #best: BestEpochs;
  #engine: Engine | undefined;
  #source: Source | undefined;
  #epoch = 0;
  /** Of the epoch that is not over. */
  #finished: PhaseReport[] = [];
  /** The pass of it that is not over. */
  #pass: Pass | undefined;
  /** Reports given so far. */
  #reports = 0;
  #stopped: string | undefined;
  #sizes: Record<string, number> = {};

  /** @throws OnwardError `usage` for options that are out of their range, or contradict each other */
  constructor(options: TrainerOptions) {
    const { clipNorm, clipValue, averageDecay, callbacks = [] } = options;
    this.#options = options;
    this.#seed = options.seed ?? 0;
    checkSeed(this.#seed);
    checkCount("accumulate", options.accumulate ?? 1);
    checkUpdateRules("Trainer", { clipNorm, clipValue, averageDecay });
    checkChoice("Trainer", "onNonFinite", options.onNonFinite ?? "stop", ["stop", "skip", "ignore"]);
    this.#best = new BestEpochs(options.monitor);
    checkNames("callbacks", callbacks);
    checkNames("metrics", options.metrics ?? []);
    if ((options.metrics ?? []).length > 0 && !(options.criterion.decision ?? "").startsWith("argmax")) {
      const expected = "metrics with a criterion that decides for the highest score";
      throw new OnwardError("usage", { expected, got: options.criterion.name });
    }
  }

  /** Epochs that were trained so far. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Why training ended before its last epoch, where a callback ended it. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** The best epoch so far, from 1; undefined before the first that was judged. */
  get bestEpoch(): number | undefined {
    return this.#best.epoch?.epoch;
  }

  /** Adds a listener for an event; the function that comes back takes it away again. */
  on<K extends keyof TrainerEvents>(name: K, listener: (event: TrainerEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Trains for some epochs, and yields the report of each phase of each epoch, in the order of `phases`.
   *
   * The phase named "train" trains, the others evaluate, unless their `mode` says otherwise. Called again, it goes on:
   * epochs, the optimizer's state and the step count continue. With `resume` it goes on from a snapshot, which may stand within
   * an epoch: everything that follows is, to the bit, what would have followed then.
   *
   * @throws OnwardError `usage` for impossible options, no optimizer or a criterion whose reduction is "none"; `data` for
   *   data that does not fit the model; `diverged` for a loss that is not finite; the signal's reason when aborted
   */
  async *fit(
    phases: Readonly<Record<string, PhaseInput>>,
    options: FitOptions,
  ): AsyncGenerator<PhaseReport, void, undefined> {
    const { epochs, batchSize = 64, dropLast = false, resume, checkpoints } = options;
    checkCount("epochs", epochs);
    const passes = toPhases(phases, { batchSize, dropLast, seed: this.#seed });
    checkLimits(options, passes);
    const sizes = Object.fromEntries(passes.map(({ name, loader }) => [name, loader.source.size]));
    this.#stopped = undefined;
    this.#best.check(
      passes.map(({ name }) => name),
      (this.#options.metrics ?? []).map(({ name }) => name),
    );
    await this.#checkLabels(passes);
    if (resume !== undefined) await this.#restore(resume, passes, sizes, options);
    this.#sizes = sizes;
    const last = resume === undefined ? this.#epoch + epochs : epochs;
    try {
      let from = resume?.pass;
      while (this.#epoch < last && this.#stopped === undefined) {
        for (const phase of passes.slice(this.#finished.length)) {
          const pass = await this.#open(phase, this.#epoch + 1, options, from);
          from = undefined;
          this.#pass = pass;
          const report = await this.#run(pass, phase.mode, checkpoints);
          this.#pass = undefined;
          this.#finished.push(report);
          this.#reports++;
          for (const callback of this.#callbacks) callback.phaseEnd?.(report, await this.#control(this.#epoch + 1));
          yield report;
        }
        await this.#endEpoch(checkpoints);
      }
    } catch (error) {
      const aborted = options.signal?.aborted === true && error === options.signal.reason;
      if (aborted && checkpoints !== undefined && this.#engine !== undefined) await this.#save(checkpoints);
      throw error;
    }
  }

  /**
   * Scores a data set with the parameters as they are: one pass in evaluation mode.
   *
   * @throws OnwardError `data` for data that does not fit the model; the signal's reason when aborted
   */
  async evaluate(
    data: PhaseInput,
    { batchSize = 64, phase: name = "evaluate", signal }: EvaluateOptions = {},
  ): Promise<PhaseReport> {
    const phase = toPhase(name, data, { batchSize, dropLast: false, seed: this.#seed });
    const epoch = this.#epoch === 0 ? undefined : this.#epoch;
    const pass = await this.#open({ ...phase, mode: "eval" }, epoch, { signal }, undefined);
    return this.#run(pass, "eval", undefined);
  }

  /** Goes back to the values of the best epoch; what is evaluated or saved then is what was judged best. */
  async restoreBest(): Promise<void> {
    const { values } = this.#best;
    if (values === undefined) throw new OnwardError("usage", { expected: "an epoch that was judged", got: "none yet" });
    (await this.#load(undefined)).useInstead(values);
  }

  /**
   * The model with its current parameters, as the bytes of an ONNX file; preprocessing and class names are in its metadata.
   *
   * @throws OnwardError `usage` before anything ran, where the shape of a sample is not known
   */
  async toOnnx(): Promise<Uint8Array> {
    const { judged, prepared } = await this.#load(undefined);
    return writeModel(judged.toModel(modelMetadata(this.#source, this.#options.criterion, prepared)));
  }

  /** Writes `toOnnx()` to a file, whole or not at all. */
  async save(path: string): Promise<void> {
    await writeFile(path, await this.toOnnx());
  }

  /** Where training stands, to go on from it later. @throws OnwardError `usage` without an optimizer */
  async snapshot(isBest = false): Promise<Snapshot> {
    const engine = await this.#load(undefined);
    const { state } = await engine.training();
    const { pass, ...rest } = await this.#stand(isBest);
    // What the metrics of a phase hold is freed when it ends.
    return { ...rest, pass: structuredClone(pass), values: engine.values.toMap(), state: state.tensors.toMap() };
  }

  /** The same, to be forgotten before training goes on. */
  async #stand(isBest: boolean): Promise<Snapshot> {
    const engine = await this.#load(undefined);
    const { state } = await engine.training();
    const kept = this.#callbacks.map((callback) => [callback.name, callback.state?.()] as const);
    return {
      epoch: this.#epoch,
      step: state.steps,
      rateFactor: state.rateFactor,
      reports: this.#reports,
      finished: [...this.#finished],
      pass: this.#pass?.state(),
      best: this.#best.epoch,
      isBest,
      stopped: this.#stopped,
      sizes: this.#sizes,
      callbacks: Object.fromEntries(kept),
      values: engine.values.view(),
      state: state.tensors.view(),
    };
  }

  /** Frees what the runtime holds. The trainer can still be saved, but neither train nor evaluate. */
  async release(): Promise<void> {
    await this.#engine?.release();
  }

  async #open(
    { name, mode, loader }: Phase,
    epoch: number | undefined,
    { signal, limitBatches }: { signal?: AbortSignal | undefined } & Pick<FitOptions, "limitBatches">,
    from: Snapshot["pass"],
  ): Promise<Pass> {
    const { prepared } = await this.#load(loader.source);
    const { criterion } = this.#options;
    return new Pass({
      name,
      mode,
      epoch,
      loader,
      criterion,
      classes: prepared.scores.shape?.[1],
      boundary: boundary(prepared, criterion),
      metrics: this.#options.metrics ?? [],
      kind: scoreKind(prepared),
      events: this.#events,
      signal,
      limit: limitBatches?.[name],
      from,
    });
  }

  async #run(pass: Pass, mode: Mode, checkpoints: FitOptions["checkpoints"]): Promise<PhaseReport> {
    const engine = await this.#load(undefined);
    if (mode === "eval") return pass.evaluate(engine.evaluation, engine.judged, this.#evaluationLength);
    await engine.evaluation.rest();
    const steps = await engine.training();
    engine.useOwn();
    return pass.train({
      steps,
      values: engine.values,
      carriedBytes: tensorBytes([
        ...steps.trained.map((name) => engine.values.peek(name)),
        ...steps.state.tensors.view().values(),
      ]),
      callLength: this.#callLength,
      room: () => checkpoints?.room(steps.state.steps) ?? Infinity,
      between: async () => {
        if (checkpoints?.isDue(steps.state.steps) === true) await this.#save(checkpoints);
      },
      stopsAtNonFinite: (this.#options.onNonFinite ?? "stop") === "stop",
    });
  }

  async #endEpoch(checkpoints: FitOptions["checkpoints"]): Promise<void> {
    const engine = await this.#load(undefined);
    const reports = this.#finished;
    this.#epoch++;
    const isBest = this.#best.judge(this.#epoch, reports, engine.judged);
    for (const callback of this.#callbacks) {
      await callback.epochEnd?.(reports, await this.#control(this.#epoch, isBest));
    }
    this.#finished = [];
    if (this.#epoch === 1) {
      const unmoved = untrained(await engine.training(), engine.values, engine.initial());
      if (unmoved !== undefined) this.#events.send("remark", unmoved);
    }
    if (this.#stopped !== undefined) {
      this.#events.send("stop", { epoch: this.#epoch, reason: this.#stopped });
    }
    if (checkpoints !== undefined) await this.#save(checkpoints, isBest);
  }

  async #save(checkpoints: NonNullable<FitOptions["checkpoints"]>, isBest = false): Promise<void> {
    const snapshot = await this.#stand(isBest);
    const path = await checkpoints.save(snapshot);
    this.#events.send("checkpoint", { path, epoch: snapshot.epoch, step: snapshot.step });
  }

  async #restore(
    snapshot: Snapshot,
    passes: readonly Phase[],
    sizes: Readonly<Record<string, number>>,
    { checkpoints }: FitOptions,
  ): Promise<void> {
    if (JSON.stringify(snapshot.sizes) !== JSON.stringify(sizes)) {
      throw new OnwardError("data", {
        expected: `the data that the run began with: ${inWords(snapshot.sizes)}`,
        got: inWords(sizes),
        where: "checkpoint",
      });
    }
    const engine = await this.#load(passes[0]?.loader.source);
    await engine.restore(snapshot);
    for (const callback of this.#callbacks) {
      const kept = snapshot.callbacks[callback.name];
      if (kept !== undefined) callback.restore?.(kept);
    }
    this.#epoch = snapshot.epoch;
    this.#finished = [...snapshot.finished];
    this.#reports = snapshot.reports;
    this.#stopped = snapshot.stopped;
    if (snapshot.best === undefined) return;
    const best = snapshot.isBest ? snapshot : await checkpoints?.ofEpoch(snapshot.best.epoch);
    this.#best.restore(snapshot.best, best === undefined ? undefined : engine.judgedOf(best));
  }

  /** What is wrong with a label that is known should not show after hours. */
  async #checkLabels(passes: readonly Phase[]): Promise<void> {
    const { prepared } = await this.#load(passes[0]?.loader.source);
    for (const { name, loader } of passes) {
      checkKnownLabels(this.#options.criterion, loader.source, prepared.scores.shape?.[1], name);
    }
  }

  async #load(source: Source | undefined): Promise<Engine> {
    this.#source ??= source;
    if (this.#engine !== undefined) return this.#engine;
    this.#engine = await Engine.load(this.#options, source);
    if (source !== undefined) {
      for (const remark of remarks(this.#engine.prepared, this.#options.criterion, source))
        this.#events.send("remark", remark);
    }
    return this.#engine;
  }

  get #callbacks(): NonNullable<TrainerOptions["callbacks"]> {
    return this.#options.callbacks ?? [];
  }

  async #control(epoch: number, isBest = false): Promise<TrainingControl> {
    const { state } = await (await this.#load(undefined)).training();
    return {
      epoch,
      steps: state.steps,
      isBest,
      best: this.#best.epoch,
      scheduledRate: state.scheduledRate(state.steps),
      get learningRate() {
        return state.learningRate(state.steps);
      },
      setRateFactor: (factor) => void (state.rateFactor = factor),
      stop: (reason) => void (this.#stopped = reason),
      warn: (text) => void this.#events.send("remark", { code: "callback", text }),
    };
  }
}

function checkNames(what: string, named: readonly { readonly name: string }[]): void {
  const twice = named.find(({ name }, i) => named.findIndex((other) => other.name === name) !== i);
  if (twice === undefined) return;
  throw new OnwardError("usage", { expected: `${what} of different names`, got: `${show(twice.name)} twice` });
}

function checkLimits({ limitBatches = {} }: FitOptions, passes: readonly Phase[]): void {
  for (const [name, limit] of Object.entries(limitBatches)) {
    checkCount(`limitBatches.${name}`, limit);
    if (passes.some((phase) => phase.name === name)) continue;
    const expected = `limitBatches for a phase of ${passes.map((phase) => phase.name).join(", ")}`;
    throw new OnwardError("usage", { expected, got: show(name) });
  }
}

function inWords(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([phase, size]) => `${size} ${phase} samples`)
    .join(", ");
}
