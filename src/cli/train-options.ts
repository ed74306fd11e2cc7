import type { Options, Values } from "./command.ts";
import { dataForms, dataOption, type DataChoice } from "./data-option.ts";
import { modelForms, modelOption, type ModelChoice } from "./model-option.ts";
import {
  choiceOption,
  integerOption,
  listOption,
  numberOption,
  numbersOption,
  requiredOption,
} from "./option-values.ts";
import { OnwardError } from "../core/index.ts";

const optimizers = ["adamw", "adam", "sgd"] as const;

/** The options of `onward train`. */
export const trainOptions = {
  data: { type: "string", short: "d", valueName: dataForms, help: "what to learn from: MNIST's digits, or IDX files" },
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
  optimizer: {
    type: "string",
    default: "adamw",
    valueName: optimizers.join("|"),
    help: "how weights follow gradients",
  },
  "learning-rate": { type: "string", default: "1e-3", valueName: "R", help: "the size of a step" },
  "head-learning-rate": {
    type: "string",
    valueName: "R",
    help: "the size of a step of the head; as the rest if absent",
  },
  "weight-decay": {
    type: "string",
    valueName: "W",
    help: "pulls weights to zero; the optimizer's own default if absent",
  },
  momentum: { type: "string", valueName: "M", help: "of sgd" },
  "label-smoothing": { type: "string", default: "0", valueName: "E", help: "of the cross-entropy, from 0 to 1" },
  "class-weights": { type: "string", valueName: "A,B,..", help: "one weight per class in the loss" },
  seed: { type: "string", default: "0", valueName: "S", help: "where first weights, order and dropout come from" },
  threads: { type: "string", valueName: "T", help: "threads to compute with; as many as there are cores if absent" },
  provider: { type: "string", default: "cpu", valueName: "cpu|webgpu|cuda|..", help: "what the runtime computes on" },
  out: { type: "string", short: "o", valueName: "DIR", help: "the run's folder, new or empty; runs/DATA-N if absent" },
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
  readonly optimizer: {
    readonly name: (typeof optimizers)[number];
    readonly learningRate: number;
    readonly headLearningRate: number | undefined;
    readonly weightDecay: number | undefined;
    readonly momentum: number | undefined;
  };
  readonly labelSmoothing: number;
  readonly classWeights: readonly number[] | undefined;
  readonly seed: number;
  readonly threads: number | undefined;
  readonly provider: string;
  readonly out: string | undefined;
  readonly dropLast: boolean;
  readonly json: boolean;
}

/**
 * Reads the options of `onward train`; nothing is loaded yet.
 *
 * @throws OnwardError `usage` naming the option that is wrong
 */
export function readTrainOptions(values: Values<typeof trainOptions>): TrainSettings {
  const optional = <T>(text: string | undefined, read: (text: string) => T): T | undefined =>
    text === undefined ? undefined : read(text);
  const name = choiceOption("optimizer", values.optimizer, optimizers);
  const momentum = optional(values.momentum, (text) => numberOption("momentum", text, { minimum: 0, maximum: 1 }));
  if (momentum !== undefined && name !== "sgd") {
    throw new OnwardError("usage", {
      expected: "--momentum with --optimizer sgd alone",
      got: `--optimizer ${name}`,
    });
  }
  return {
    data: dataOption(requiredOption("data", values.data, dataForms)),
    model: modelOption(requiredOption("model", values.model, modelForms)),
    classes: optional(values.classes, (text) => integerOption("classes", text, { minimum: 1 })),
    freeze: optional(values.freeze, (text) => listOption("freeze", text)),
    epochs: integerOption("epochs", values.epochs, { minimum: 1 }),
    batchSize: integerOption("batch-size", values["batch-size"], { minimum: 1 }),
    optimizer: {
      name,
      learningRate: numberOption("learning-rate", values["learning-rate"], { minimum: 0 }),
      headLearningRate: optional(values["head-learning-rate"], (text) =>
        numberOption("head-learning-rate", text, { minimum: 0 }),
      ),
      weightDecay: optional(values["weight-decay"], (text) => numberOption("weight-decay", text, { minimum: 0 })),
      momentum,
    },
    labelSmoothing: numberOption("label-smoothing", values["label-smoothing"], { minimum: 0, maximum: 1 }),
    classWeights: optional(values["class-weights"], (text) => numbersOption("class-weights", text, { minimum: 0 })),
    seed: integerOption("seed", values.seed, { minimum: 0 }),
    threads: optional(values.threads, (text) => integerOption("threads", text, { minimum: 1, maximum: 1024 })),
    provider: values.provider,
    out: values.out,
    dropLast: values["drop-last"],
    json: values.json,
  };
}

/** The options as `run.json` records them: under their own names, numbers as numbers. */
export function recordOptions(values: Values<typeof trainOptions>, settings: TrainSettings): Record<string, unknown> {
  const { optimizer } = settings;
  return {
    ...values,
    classes: settings.classes,
    freeze: settings.freeze,
    epochs: settings.epochs,
    "batch-size": settings.batchSize,
    "learning-rate": optimizer.learningRate,
    "head-learning-rate": optimizer.headLearningRate,
    "weight-decay": optimizer.weightDecay,
    momentum: optimizer.momentum,
    "label-smoothing": settings.labelSmoothing,
    "class-weights": settings.classWeights,
    seed: settings.seed,
    threads: settings.threads,
  };
}
