import { join } from "node:path";
import { OnwardError, show } from "../core/index.ts";
import { Loader, type Source, type TrainVal } from "../data/index.ts";
import { readRun, RunFolder, type RunOutcome, type RunRecord } from "../runs/index.ts";
import {
  Checkpoints,
  Trainer,
  type Callback,
  type EvaluateOptions,
  type PhaseInput,
  type PhaseReport,
  type Snapshot,
  type TrainerOptions,
} from "../train/index.ts";
import { defineCommand, type Io } from "./command.ts";
import { readConfig } from "./config-file.ts";
import { makeCriterion } from "./criterion-options.ts";
import { findLearningRate } from "./find-learning-rate.ts";
import { makeCallbacks } from "./loop-options.ts";
import { makeOptimizer, type RunLength } from "./optimizer-options.ts";
import { optionsOfRun } from "./resumed-run.ts";
import { makeSampler } from "./sampler-option.ts";
import { readTrainOptions, recordOptions, trainOptions, type TrainSettings } from "./train-options.ts";
import { TrainingDisplay } from "./training-display.ts";
import { TrainingRecord } from "./training-record.ts";
import { machine, versions } from "./versions.ts";

/** `onward train`: trains a classifier on a train phase, judges it on a val phase, and saves the run. */
export const train = defineCommand({
  name: "train",
  summary: "Train a classifier and save the run",
  usage:
    "onward train --data mnist|idx:DIR --model mlp:WIDTHS|cnn|FILE.onnx [options]\n       onward train --resume DIR",
  options: trainOptions,
  async base(values, given) {
    if (values.resume !== undefined) return optionsOfRun(values.resume, given);
    return values.config === undefined ? {} : readConfig({ name: "train", options: trainOptions }, values.config);
  },
  async run(values, _positionals, io) {
    const settings = readTrainOptions(values);
    const { data, epochs, batchSize, dropLast, json, loop } = settings;
    const resumed = settings.resume === undefined ? undefined : await reopen(settings.resume, settings, io);
    if (resumed === "finished") return;
    const loaded = await data.load();
    if (settings.findLearningRate) return findLearningRate(settings, loaded.train, io);
    const { classNames, preprocessing } = loaded.train;
    const record: RunRecord = resumed?.record ?? {
      run: 1,
      started: new Date().toISOString(),
      options: recordOptions(values),
      versions: versions(),
      platform: machine(),
      ...(classNames && { classNames }),
      ...(preprocessing && { preprocessing }),
    };
    const keep: Callback = { name: "record", epochEnd: (_, control) => kept.keepModels(control) };
    const trainer = makeTrainer(settings, loaded, [...makeCallbacks(loop), keep]);
    const folder = resumed?.folder ?? (await newFolder(settings));
    const checkpoints = resumed?.checkpoints ?? checkpointsIn(folder.path, settings);
    const toOnnx = () => trainer.toOnnx();
    const kept = await TrainingRecord.begin({ folder, record, toOnnx, resumed });
    const display = new TrainingDisplay(io, { json, epochs });
    let outcome: RunOutcome = "failed";
    let checkpointStep = resumed?.snapshot?.step;
    try {
      const sizes = Object.fromEntries(Object.entries(loaded).map(([phase, source]) => [phase, source.size]));
      display.begin(String(record.options["model"]), data.name, sizes, folder.path);
      trainer.on("remark", ({ text }) => display.remark(text));
      trainer.on("stop", ({ epoch, reason }) => display.remark(`stopped after epoch ${epoch}: ${reason}.`));
      trainer.on("progress", (progress) => display.progress(progress));
      trainer.on("checkpoint", ({ step }) => (checkpointStep = step));
      const options = { epochs, batchSize, dropLast, signal: io.signal, limitBatches: loop.limitBatches, checkpoints };
      const given = resumed?.snapshot === undefined ? options : { ...options, resume: resumed.snapshot };
      for (const remark of skippedIn(loaded)) display.remark(remark);
      for await (const report of trainer.fit(phasesOf(loaded, settings), given)) {
        display.report(report);
        await kept.add(report);
      }
      if (loaded.test !== undefined) {
        const report = await testBest(trainer, loaded.test, { batchSize, phase: "test", signal: io.signal });
        display.report(report);
        await kept.add(report);
      }
      outcome = io.signal.aborted ? "stopped" : "finished";
    } catch (error) {
      display.clear();
      if (!io.signal.aborted || error !== io.signal.reason) throw withWayOn(error, checkpointStep, folder.path);
      outcome = "stopped";
    } finally {
      // What stopped the run is what has to be told, even where its end cannot be written either.
      await kept.end(outcome).catch((error: unknown) => {
        if (outcome !== "failed") throw error;
      });
    }
    display.end(kept.summary());
    if (outcome === "stopped") display.remark(`stopped; to go on: onward train --resume ${folder.path}`);
  },
});

/** Scores the test data once, at the end, by the model of the best epoch. */
async function testBest(trainer: Trainer, test: Source, options: EvaluateOptions): Promise<PhaseReport> {
  const { bestEpoch } = trainer;
  if (bestEpoch !== undefined) await trainer.restoreBest();
  const report = await trainer.evaluate(test, options);
  return bestEpoch === undefined ? report : { ...report, epoch: bestEpoch };
}

function skippedIn(loaded: TrainVal): string[] {
  return Object.entries(loaded).flatMap(([phase, { skipped = [] }]) => {
    if (skipped.length === 0) return [];
    const named = skipped.slice(0, 3).map(show).join(", ");
    const more = skipped.length > 3 ? ` and ${skipped.length - 3} more` : "";
    const files = skipped.length === 1 ? "a file that cannot" : `${skipped.length} files that cannot`;
    return [`left out of ${phase} ${files} be decoded: ${named}${more}`];
  });
}

/** What stopped a run, and how it goes on from its last checkpoint, where it has one. */
function withWayOn(error: unknown, step: number | undefined, folder: string): unknown {
  if (step === undefined || !(error instanceof OnwardError)) return error;
  const { code, fields } = error;
  // Going on as it was would only come to the same loss again.
  const otherwise = code === "diverged" ? " --on-nonfinite skip" : "";
  const way = `onward train --resume ${folder}${otherwise} goes on from the last good checkpoint, after step ${step}`;
  const advice = fields.advice === undefined ? way : `${fields.advice}; ${way}`;
  return new OnwardError(code, { ...fields, advice, cause: error });
}

/** What is known of a run that goes on. */
interface Resumed {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly checkpoints: Checkpoints;
  readonly snapshot: Snapshot | undefined;
}

async function reopen(path: string, settings: TrainSettings, io: Io): Promise<Resumed | "finished"> {
  const { record } = await readRun(path);
  const { ended, ...rest } = record;
  const checkpoints = checkpointsIn(path, settings);
  const snapshot = await checkpoints.latest(({ message }) => io.stderr.write(`onward: passed over: ${message}\n`));
  const done = snapshot !== undefined && (snapshot.epoch >= settings.epochs || snapshot.stopped !== undefined);
  if (done && ended?.outcome === "finished") {
    const why =
      snapshot.stopped === undefined
        ? `its ${snapshot.epoch} epochs; --epochs N goes on to more`
        : `${snapshot.epoch} epochs, as ${snapshot.stopped}; a new run goes on from its weights with --model ${join(path, "model.onnx")}`;
    io.stderr.write(`onward: the run in ${path} has finished ${why}\n`);
    return "finished";
  }
  const options = { ...record.options, epochs: settings.epochs };
  return {
    folder: await RunFolder.reopen(path, snapshot?.reports ?? 0),
    record: { ...rest, options },
    checkpoints,
    snapshot,
  };
}

function checkpointsIn(folder: string, { checkpoints }: TrainSettings): Checkpoints {
  return new Checkpoints(join(folder, "checkpoints"), checkpoints);
}

async function newFolder({ out, data }: TrainSettings): Promise<RunFolder> {
  return out === undefined ? RunFolder.createNext(join("runs", data.name)) : RunFolder.create(out);
}

function phasesOf({ train: samples, val }: TrainVal, settings: TrainSettings): Record<string, PhaseInput> {
  const { batchSize, dropLast, seed, sampler: choice } = settings;
  const { scoreTrain } = settings.loop;
  const sampler = makeSampler(choice, samples, seed);
  const train = new Loader(samples, { batchSize, dropLast, sampler, augment: { seed } });
  return { train, ...(scoreTrain && { "train-eval": { data: samples, mode: "eval" } }), val };
}

function makeTrainer(settings: TrainSettings, { train: samples }: TrainVal, callbacks: readonly Callback[]): Trainer {
  const { model, seed, classes, loop, threads, freeze, provider } = settings;
  const { optimizer: chosen } = settings;
  const length = runLength(settings, samples.size);
  const head = chosen.headLearningRate;
  const groups: Pick<TrainerOptions, "parameterGroups"> =
    head === undefined
      ? {}
      : { parameterGroups: [{ parameters: "head", optimizer: makeOptimizer(chosen, head, length) }] };
  return new Trainer({
    model: model.build(samples, seed, classes),
    criterion: makeCriterion(settings.criterion, samples),
    optimizer: makeOptimizer(chosen, chosen.learningRate, length),
    ...groups,
    ...loop.rules,
    ...(freeze !== undefined && { freeze }),
    callbacks,
    seed,
    provider,
    ...(threads !== undefined && { threads }),
  });
}

function runLength({ batchSize, dropLast, epochs, loop }: TrainSettings, samples: number): RunLength {
  const whole = dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
  const batches = Math.min(whole, loop.limitBatches["train"] ?? Infinity);
  if (batches === 0) {
    throw new OnwardError("usage", {
      expected: `--batch-size of at most ${samples}, as many as there are train samples, with --drop-last`,
      got: String(batchSize),
    });
  }
  return { stepsPerEpoch: Math.ceil(batches / (loop.rules.accumulate ?? 1)), epochs };
}
