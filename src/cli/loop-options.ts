import { OnwardError } from "../core/index.ts";
import {
  divergenceWarning,
  earlyStopping,
  lowerOnPlateau,
  namedMetric,
  Monitor,
  type Callback,
  type TrainerOptions,
} from "../train/index.ts";
import type { Options, Values } from "./command.ts";
import { choiceOption, integerOption, listOption, numberOption, optionalOption } from "./option-values.ts";

const nonFinite = ["stop", "skip", "ignore"] as const;

/** What happens between data and optimizer, and what ends a run. */
export const loopOptions = {
  accumulate: { type: "string", default: "1", valueName: "K", help: "batches per step; their gradients are added" },
  "clip-norm": {
    type: "string",
    valueName: "N",
    help: "scale the gradients down where the norm of all of them exceeds this",
  },
  "clip-value": { type: "string", valueName: "V", help: "bring each element of a gradient into [-V, V]" },
  "average-decay": {
    type: "string",
    valueName: "D",
    help: "evaluate and save a moving average of the weights, of which each step keeps this share, like 0.999",
  },
  metrics: {
    type: "string",
    valueName: "A,B,..",
    help: "also report these: f1, precision, recall, balancedAccuracy, kappa, mcc, rocAuc, averagePrecision, brier, ece, top5, ..",
  },
  monitor: {
    type: "string",
    valueName: "PHASE.FIELD",
    help: "what tells the best epoch; val.accuracy, then val.loss if absent",
  },
  patience: {
    type: "string",
    valueName: "E",
    help: "stop when --monitor (or val.loss) got no better for so many epochs",
  },
  "min-delta": {
    type: "string",
    default: "0",
    valueName: "D",
    help: "of --patience: by how much it has to get better",
  },
  "plateau-patience": {
    type: "string",
    valueName: "E",
    help: "lower the learning rate when --monitor (or val.loss) got no better for more than so many epochs",
  },
  "plateau-factor": { type: "string", default: "0.1", valueName: "F", help: "of --plateau-patience: by this factor" },
  "on-nonfinite": {
    type: "string",
    default: "stop",
    valueName: nonFinite.join("|"),
    help: "when a loss is NaN or infinite: stop and name the samples, leave the step out, or go on",
  },
  "limit-train-batches": { type: "string", valueName: "N", help: "see no more than so many batches in a train phase" },
  "limit-val-batches": { type: "string", valueName: "N", help: "see no more than so many batches in a val phase" },
  "score-train": { type: "boolean", help: "after each epoch, score the train data too, as the val data is" },
} as const satisfies Options;

/** The options, read. */
export interface LoopSettings {
  readonly rules: Pick<
    TrainerOptions,
    "accumulate" | "clipNorm" | "clipValue" | "averageDecay" | "onNonFinite" | "monitor" | "metrics"
  >;
  readonly patience: number | undefined;
  readonly minDelta: number;
  readonly plateauPatience: number | undefined;
  readonly plateauFactor: number;
  readonly limitBatches: Readonly<Record<string, number>>;
  readonly scoreTrain: boolean;
}

/** Reads the options. @throws OnwardError `usage` naming the option that is wrong */
export function readLoopOptions(values: Values<typeof loopOptions>): LoopSettings {
  const count = (name: keyof typeof loopOptions) => (text: string) => integerOption(name, text, { minimum: 1 });
  const clipNorm = optionalOption(values["clip-norm"], (text) => positive("clip-norm", text));
  const clipValue = optionalOption(values["clip-value"], (text) => positive("clip-value", text));
  if (clipNorm !== undefined && clipValue !== undefined) {
    throw new OnwardError("usage", { expected: "--clip-norm or --clip-value", got: "both" });
  }
  const { monitor } = values;
  if (monitor !== undefined) new Monitor(monitor);
  const limits = { train: values["limit-train-batches"], val: values["limit-val-batches"] };
  return {
    rules: {
      accumulate: count("accumulate")(values.accumulate),
      clipNorm,
      clipValue,
      averageDecay: optionalOption(values["average-decay"], (text) =>
        numberOption("average-decay", text, { minimum: 0, maximum: 1 - 2 ** -24 }),
      ),
      onNonFinite: choiceOption("on-nonfinite", values["on-nonfinite"], nonFinite),
      monitor,
      metrics: values.metrics === undefined ? [] : listOption("metrics", values.metrics).map(namedMetric),
    },
    patience: optionalOption(values.patience, count("patience")),
    minDelta: numberOption("min-delta", values["min-delta"], { minimum: 0 }),
    plateauPatience: optionalOption(values["plateau-patience"], (text) =>
      integerOption("plateau-patience", text, { minimum: 0 }),
    ),
    plateauFactor: numberOption("plateau-factor", values["plateau-factor"], { minimum: 0, maximum: 1 }),
    limitBatches: Object.fromEntries(
      Object.entries(limits).flatMap(([phase, text]) =>
        text === undefined ? [] : [[phase, integerOption(`limit-${phase}-batches`, text, { minimum: 1 })]],
      ),
    ),
    scoreTrain: values["score-train"],
  };
}

/** What follows a run on the command line. */
export function makeCallbacks({ rules, patience, minDelta, plateauPatience, plateauFactor }: LoopSettings): Callback[] {
  const monitor = rules.monitor === undefined ? {} : { monitor: rules.monitor };
  return [
    divergenceWarning(),
    ...(patience === undefined ? [] : [earlyStopping({ ...monitor, patience, minDelta })]),
    ...(plateauPatience === undefined
      ? []
      : [lowerOnPlateau({ ...monitor, patience: plateauPatience, factor: plateauFactor })]),
  ];
}

function positive(name: string, text: string): number {
  const value = numberOption(name, text, { minimum: 0 });
  if (value > 0) return value;
  throw new OnwardError("usage", { expected: `--${name} to be a number above 0`, got: text });
}
