import type { CheckpointOptions } from "../train/index.ts";
import { checkpointOptions, readCheckpointOptions } from "./checkpoint-options.ts";
import type { Options, Values } from "./command.ts";
import { criterionOptions, readCriterionOptions, type CriterionSettings } from "./criterion-options.ts";
import { dataForms } from "./data-forms.ts";
import { dataOption, type DataChoice } from "./data-option.ts";
import { dataOptions } from "./data-options.ts";
import { loopOptions, readLoopOptions, type LoopSettings } from "./loop-options.ts";
import { modelForms, modelOption, type ModelChoice } from "./model-option.ts";
import { integerOption, listOption, optionalOption, requiredOption } from "./option-values.ts";
import { optimizerOptions, readOptimizerOptions, type OptimizerSettings } from "./optimizer-options.ts";
import { readSampler, samplerOption, type SamplerName } from "./sampler-option.ts";

/** The options of `onward train`. */
export const trainOptions = {
  data: { type: "string", short: "d", valueName: dataForms, help: "what to learn from: digits, images or a table" },
  ...dataOptions,
  model: {
    type: "string",
    short: "m",
    valueName: modelForms,
    help: "a new perceptron with hidden layers of these widths, a new convolutional network, or a model to go on with",
  },
  classes: { type: "string", valueName: "N", help: "give the model file a fresh head for so many classes" },
  freeze: {
    type: "string",
    valueName: "A,B,..",
    help: "keep these parameters: names with * and ?, or backbone for all but the head; onward inspect lists them",
  },
  epochs: { type: "string", short: "e", default: "5", valueName: "N", help: "how often to see the train data" },
  "batch-size": { type: "string", short: "b", default: "64", valueName: "B", help: "samples per step" },
  ...optimizerOptions,
  ...criterionOptions,
  ...samplerOption,
  ...loopOptions,
  ...checkpointOptions,
  seed: { type: "string", default: "0", valueName: "S", help: "where first weights, order and dropout come from" },
  threads: { type: "string", valueName: "T", help: "threads to compute with; as many as there are cores if absent" },
  provider: { type: "string", default: "cpu", valueName: "cpu|webgpu|cuda|..", help: "what the runtime computes on" },
  out: { type: "string", short: "o", valueName: "DIR", help: "the run's folder, new or empty; runs/DATA-N if absent" },
  resume: { type: "string", valueName: "DIR", help: "go on with the run in this folder, with its own options" },
  config: { type: "string", valueName: "FILE", help: "options from a YAML or JSON file; the command line goes first" },
  set: { type: "string", valueName: "KEY=VALUE", help: "the same as --KEY VALUE; may come several times" },
  "find-learning-rate": {
    type: "boolean",
    help: "train nothing: try learning rates from low to high for a step each, and suggest one",
  },
  "drop-last": { type: "boolean", help: "leave out the last train batch when it is not full" },
  json: { type: "boolean", help: "one JSON line per phase on standard output, and nothing else there" },
} as const satisfies Options;

/** The options, read. */
export interface TrainSettings {
  readonly data: DataChoice;
  readonly model: ModelChoice;
  /** Of a fresh head, where one is wanted. */
  readonly classes: number | undefined;
  readonly freeze: readonly string[] | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  readonly loop: LoopSettings;
  readonly checkpoints: CheckpointOptions;
  /** The folder of a run to go on with. */
  readonly resume: string | undefined;
  readonly criterion: CriterionSettings;
  readonly sampler: SamplerName;
  readonly seed: number;
  readonly threads: number | undefined;
  readonly provider: string;
  readonly out: string | undefined;
  readonly dropLast: boolean;
  readonly findLearningRate: boolean;
  readonly json: boolean;
}

/**
 * Reads the options of `onward train`; nothing is loaded yet.
 *
 * @throws OnwardError `usage` naming the option that is wrong
 */
export function readTrainOptions(values: Values<typeof trainOptions>): TrainSettings {
  return {
    data: dataOption(requiredOption("data", values.data, dataForms), values),
    model: modelOption(requiredOption("model", values.model, modelForms)),
    classes: optionalOption(values.classes, (text) => integerOption("classes", text, { minimum: 1 })),
    freeze: optionalOption(values.freeze, (text) => listOption("freeze", text)),
    epochs: integerOption("epochs", values.epochs, { minimum: 1 }),
    batchSize: integerOption("batch-size", values["batch-size"], { minimum: 1 }),
    optimizer: readOptimizerOptions(values),
    loop: readLoopOptions(values),
    checkpoints: readCheckpointOptions(values),
    resume: values.resume,
    criterion: readCriterionOptions(values),
    sampler: readSampler(values.sampler),
    seed: integerOption("seed", values.seed, { minimum: 0 }),
    threads: optionalOption(values.threads, (text) => integerOption("threads", text, { minimum: 1, maximum: 1024 })),
    provider: values.provider,
    out: values.out,
    dropLast: values["drop-last"],
    findLearningRate: values["find-learning-rate"],
    json: values.json,
  };
}

/** What `run.json` does not record: how a run was called, not what it is. */
const unrecorded = new Set(["resume", "config", "set", "json", "find-learning-rate"]);

/** The options as `run.json` records them: under their own names, numbers and lists as such. */
export function recordOptions(values: Values<typeof trainOptions>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || unrecorded.has(name) ? [] : [[name, typedOption(name, value)]],
    ),
  );
}

/** Options whose values are lists. */
const lists = new Set(["freeze", "class-weights", "metrics"]);

/** The word in the place of a list of class weights. */
const balanced = "balanced";

/** Options whose values are texts, even where they look like numbers: a column may be called 007. */
const texts = new Set([
  ...[
    "data",
    "label",
    "columns",
    "exclude",
    "categories",
    "missing-values",
    "text",
    "tokenizer",
    "val-file",
    "test-file",
  ],
  ...["model", "out", "monitor", "provider"],
]);

function typedOption(name: string, value: string | boolean): unknown {
  if (typeof value === "boolean" || texts.has(name) || value === balanced) return value;
  const typed = (text: string) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text);
  return lists.has(name) ? value.split(",").map((part) => typed(part.trim())) : typed(value);
}
