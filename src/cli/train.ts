import { join } from "node:path";
import { crossEntropy } from "../criteria/index.ts";
import { adam, adamw, sgd, type Optimizer } from "../optimizers/index.ts";
import { RunFolder, type RunOutcome } from "../runs/index.ts";
import { Trainer, type TrainerOptions } from "../train/index.ts";
import { defineCommand } from "./command.ts";
import { readTrainOptions, recordOptions, trainOptions, type TrainSettings } from "./train-options.ts";
import { TrainingDisplay } from "./training-display.ts";
import { TrainingRecord } from "./training-record.ts";
import { machine, versions } from "./versions.ts";

/** `onward train`: trains a classifier on a train phase, judges it on a val phase, and saves the run. */
export const train = defineCommand({
  name: "train",
  summary: "Train a classifier and save the run",
  usage: "onward train --data mnist|idx:DIR --model mlp:WIDTHS|cnn|FILE.onnx [options]",
  options: trainOptions,
  async run(values, _positionals, io) {
    const settings = readTrainOptions(values);
    const { data, epochs, batchSize, dropLast, out, json } = settings;
    const phases = await data.load();
    const { classNames, preprocessing, size } = phases.train;
    const trainer = new Trainer({
      model: settings.model.build(phases.train, settings.seed, settings.classes),
      criterion: crossEntropy(lossOptions(settings)),
      optimizer: makeOptimizer(settings, settings.optimizer.learningRate),
      ...headGroup(settings),
      ...(settings.freeze !== undefined && { freeze: settings.freeze }),
      seed: settings.seed,
      provider: settings.provider,
      ...(settings.threads !== undefined && { threads: settings.threads }),
    });
    const folder =
      out === undefined ? await RunFolder.createNext(join("runs", data.name)) : await RunFolder.create(out);
    const record = await TrainingRecord.begin(
      folder,
      {
        run: 1,
        started: new Date().toISOString(),
        options: recordOptions(values, settings),
        versions: versions(),
        platform: machine(),
        ...(classNames && { classNames }),
        ...(preprocessing && { preprocessing }),
      },
      () => trainer.toOnnx(),
    );
    const display = new TrainingDisplay(io, { json, epochs });
    let outcome: RunOutcome = "failed";
    try {
      display.begin(values.model ?? "", data.name, { train: size, val: phases.val.size }, folder.path);
      trainer.on("remark", ({ text }) => io.stderr.write(`onward: ${text}\n`));
      trainer.on("progress", (progress) => display.progress(progress));
      for await (const report of trainer.fit(phases, { epochs, batchSize, dropLast, signal: io.signal })) {
        display.report(report);
        await record.add(report);
      }
      outcome = io.signal.aborted ? "stopped" : "finished";
    } catch (error) {
      display.clear();
      if (!io.signal.aborted) throw error;
      outcome = "stopped";
    } finally {
      await record.end(outcome);
    }
    display.end(record.summary());
  },
});

function lossOptions({ labelSmoothing, classWeights }: TrainSettings): Parameters<typeof crossEntropy>[0] {
  return { labelSmoothing, ...(classWeights && { classWeights }) };
}

function headGroup(settings: TrainSettings): Pick<TrainerOptions, "parameterGroups"> {
  const { headLearningRate } = settings.optimizer;
  if (headLearningRate === undefined) return {};
  return { parameterGroups: [{ parameters: "head", optimizer: makeOptimizer(settings, headLearningRate) }] };
}

function makeOptimizer({ optimizer }: TrainSettings, learningRate: number): Optimizer {
  const { name, weightDecay, momentum } = optimizer;
  const common = { learningRate, ...(weightDecay !== undefined && { weightDecay }) };
  switch (name) {
    case "adamw":
      return adamw(common);
    case "adam":
      return adam(common);
    case "sgd":
      return sgd({ ...common, ...(momentum !== undefined && { momentum }) });
  }
}
