import { OnwardError } from "../core/index.ts";
import { optimizers, schedules, type Optimizer, type Schedule } from "../optimizers/index.ts";
import type { Options, Values } from "./command.ts";
import { choiceOption, integerOption, numberOption, optionalOption } from "./option-values.ts";

const names = Object.keys(optimizers) as (keyof typeof optimizers)[];
const scheduleNames = ["constant", "cosine", "linear", "step", "exponential", "one-cycle"] as const;

/** How weights follow gradients, and by how much at which time. */
export const optimizerOptions = {
  optimizer: { type: "string", default: "adamw", valueName: names.join("|"), help: "how weights follow gradients" },
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
  momentum: { type: "string", valueName: "M", help: "of sgd and rmsprop" },
  schedule: {
    type: "string",
    default: "constant",
    valueName: scheduleNames.join("|"),
    help: "how the learning rate moves over the run",
  },
  "warmup-epochs": {
    type: "string",
    default: "0",
    valueName: "E",
    help: "raise it from 0 first; parts of an epoch too",
  },
  "schedule-epochs": {
    type: "string",
    default: "1",
    valueName: "E",
    help: "of step and exponential: lower it so often",
  },
  "schedule-factor": { type: "string", default: "0.1", valueName: "F", help: "of step and exponential: by this much" },
} as const satisfies Options;

/** The options, read. */
export interface OptimizerSettings {
  readonly name: keyof typeof optimizers;
  readonly learningRate: number;
  readonly headLearningRate: number | undefined;
  readonly weightDecay: number | undefined;
  readonly momentum: number | undefined;
  readonly schedule: (typeof scheduleNames)[number];
  readonly warmupEpochs: number;
  readonly scheduleEpochs: number;
  readonly scheduleFactor: number;
}

/** Reads the options. @throws OnwardError `usage` naming the option that is wrong */
export function readOptimizerOptions(values: Values<typeof optimizerOptions>): OptimizerSettings {
  const name = choiceOption("optimizer", values.optimizer, names);
  const least = (option: "learning-rate" | "head-learning-rate" | "weight-decay", text: string) =>
    numberOption(option, text, { minimum: 0 });
  const momentum = optionalOption(values.momentum, (text) =>
    numberOption("momentum", text, { minimum: 0, maximum: 1 }),
  );
  if (momentum !== undefined && name !== "sgd" && name !== "rmsprop") {
    throw new OnwardError("usage", {
      expected: "--momentum with --optimizer sgd or rmsprop alone",
      got: `--optimizer ${name}`,
    });
  }
  return {
    name,
    learningRate: least("learning-rate", values["learning-rate"]),
    headLearningRate: optionalOption(values["head-learning-rate"], (text) => least("head-learning-rate", text)),
    weightDecay: optionalOption(values["weight-decay"], (text) => least("weight-decay", text)),
    momentum,
    schedule: choiceOption("schedule", values.schedule, scheduleNames),
    warmupEpochs: numberOption("warmup-epochs", values["warmup-epochs"], { minimum: 0 }),
    scheduleEpochs: integerOption("schedule-epochs", values["schedule-epochs"], { minimum: 1 }),
    scheduleFactor: numberOption("schedule-factor", values["schedule-factor"], { minimum: 0, maximum: 1 }),
  };
}

/** How many steps a run takes. */
export interface RunLength {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** Makes the optimizer for the whole model, or with another base rate for the head. */
export function makeOptimizer(settings: OptimizerSettings, base: number, length: RunLength): Optimizer {
  return optimizerWith(settings, makeSchedule(settings, base, length));
}

/** Makes the optimizer with a schedule of its own. */
export function optimizerWith({ name, weightDecay, momentum }: OptimizerSettings, learningRate: Schedule): Optimizer {
  return optimizers[name]({
    learningRate,
    ...(weightDecay !== undefined && { weightDecay }),
    ...(momentum !== undefined && { momentum }),
  });
}

function makeSchedule(settings: OptimizerSettings, base: number, { stepsPerEpoch, epochs }: RunLength): Schedule {
  const warmup = Math.round(settings.warmupEpochs * stepsPerEpoch);
  const total = stepsPerEpoch * epochs;
  if (warmup >= total) {
    throw new OnwardError("usage", {
      expected: `--warmup-epochs to be below the run's ${epochs} epochs`,
      got: String(settings.warmupEpochs),
    });
  }
  const then = afterWarmup(settings, base, stepsPerEpoch, total - warmup);
  return warmup === 0 ? then : schedules.warmUp({ steps: warmup, then });
}

function afterWarmup(
  { schedule, scheduleEpochs, scheduleFactor: factor, warmupEpochs }: OptimizerSettings,
  base: number,
  stepsPerEpoch: number,
  steps: number,
): Schedule {
  const every = scheduleEpochs * stepsPerEpoch;
  switch (schedule) {
    case "constant":
      return base;
    case "cosine":
      return schedules.cosine({ base, steps });
    case "linear":
      return schedules.linear({ base, steps });
    case "step":
      return schedules.step({ base, every, factor });
    case "exponential":
      return schedules.exponential({ base, factor: factor ** (1 / every) });
    case "one-cycle":
      if (warmupEpochs === 0) return schedules.oneCycle({ peak: base, steps });
      throw new OnwardError("usage", {
        expected: "--schedule one-cycle without --warmup-epochs, as it has a warm-up of its own",
        got: `--warmup-epochs ${warmupEpochs}`,
      });
  }
}
