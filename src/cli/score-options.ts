import { OnwardError } from "../core/index.ts";
import { type ThresholdMetric, thresholdMetrics } from "../metrics/index.ts";
import type { FitRequest, ScoreOptions } from "../score/index.ts";
import { classNames } from "./class-names.ts";
import type { Options, Values } from "./command.ts";
import { dataForms } from "./data-forms.ts";
import { dataPartOptions } from "./data-options.ts";
import { choiceOption, integerOption, numberOption, numbersOption, requiredOption } from "./option-values.ts";

/** The options by which files are read and scored. */
export const scoreOptions = {
  label: { type: "string", valueName: "COL", help: "column of true labels: class indices, or names" },
  scores: {
    type: "string",
    valueName: "COL|PREFIX",
    help: "list column, prefix of the columns PREFIX0, PREFIX1, ..., or column of one score",
  },
  kind: { type: "string", valueName: "KIND", help: "what the scores are: logits, log-probabilities or probabilities" },
  prediction: { type: "string", valueName: "COL", help: "column of predicted labels" },
  loss: {
    type: "string",
    valueName: "COL",
    help: "column of per-sample losses, taken as they are; else they come from the scores",
  },
  weight: { type: "string", valueName: "COL", help: "column of per-sample weights" },
  batch: {
    type: "string",
    valueName: "COL",
    help: "column that says which batch a row was in, for the mean of batch means",
  },
  "batch-size": { type: "string", valueName: "N", help: "rows of a batch, in the order of each file" },
  "ignore-label": { type: "string", valueName: "X", help: "label of rows to leave out" },
  "class-weights": { type: "string", valueName: "A,B,..", help: "weights of the classes in the loss" },
  "label-smoothing": { type: "string", valueName: "E", help: "label smoothing of the loss, from 0 to 1" },
  "top-k": { type: "string", valueName: "K,..", help: "top-k accuracies to give" },
  bins: { type: "string", valueName: "N", help: "bins of the calibration errors" },
  by: { type: "string", valueName: "COL", help: "column by whose values the rows are scored apart as well" },
  classes: {
    type: "string",
    valueName: "A,B,..",
    help: "names of the classes, in the order of the scores; one with a comma in double quotes",
  },
  positive: { type: "string", valueName: "X", help: "class that a single score is of" },
  temperature: { type: "string", valueName: "T", help: "divide the scores, as logits, by this first" },
  threshold: {
    type: "string",
    valueName: "P",
    help: "with two classes: probability from which on a row is decided as positive",
  },
  "fit-on": {
    type: "string",
    valueName: "FILE",
    help: "other predictions, to fit a temperature or threshold on first",
  },
  "fit-temperature": { type: "boolean", help: "fit the temperature with the lowest log-loss on --fit-on" },
  "fit-threshold": {
    type: "string",
    valueName: "METRIC",
    help: `fit the threshold that is best on --fit-on by ${Object.keys(thresholdMetrics).join(", ")}`,
  },
  against: { type: "string", valueName: "FILE", help: "second model's predictions for the same rows, to compare with" },
  key: { type: "string", valueName: "COL", help: "column by which rows are matched with --against" },
  model: {
    type: "string",
    valueName: "FILE.onnx",
    help: "in place of FILES: run this model over --data first; --kind says what it gives, unless it ends in a softmax",
  },
  data: { type: "string", valueName: "DATA", help: `data for --model: ${dataForms}` },
  phase: {
    type: "string",
    valueName: "PHASE",
    default: "val",
    help: "which part of the data for --model: train, val or test",
  },
  ...dataPartOptions,
  curves: {
    type: "string",
    valueName: "OUT.csv",
    help: "write the points of the ROC and precision-recall curves there: .csv or .jsonl",
  },
  state: { type: "string", valueName: "OUT.json", help: "write the exact state there, for onward merge" },
  json: { type: "boolean", help: "print one JSON object" },
} as const satisfies Options;

type ScoreValues = Values<typeof scoreOptions>;

/** Options that do not say how a file is read. */
type Apart = "json" | "state" | "curves" | "against" | "key" | "model" | "data" | "phase";
type FitOption = "fit-on" | "fit-temperature" | "fit-threshold";

/**
 * Reads what is to be fitted; undefined when nothing is.
 *
 * @throws OnwardError `usage` when one of the options lacks the other
 */
export function readFitRequest(values: Pick<ScoreValues, FitOption>): FitRequest | undefined {
  const { "fit-on": file, "fit-temperature": temperature, "fit-threshold": metric } = values;
  if (file === undefined && !temperature && metric === undefined) return undefined;
  const on = requiredOption("fit-on", file, "FILE, other rows than those that are scored");
  const threshold = read(metric, (text) =>
    choiceOption("fit-threshold", text, Object.keys(thresholdMetrics) as ThresholdMetric[]),
  );
  if (!temperature && threshold === undefined) {
    throw new OnwardError("usage", { expected: "--fit-temperature or --fit-threshold with --fit-on", got: "neither" });
  }
  return { on: [on], temperature, ...(threshold !== undefined && { threshold }) };
}

/** Options that a model's predictions have no use for: their columns are known. */
const ofColumns = ["label", "scores", "prediction", "loss", "weight", "batch", "by"] as const;

/**
 * Checks that options which need each other are there together, and those which exclude each other are not.
 *
 * @throws OnwardError `usage` when they do not
 */
export function checkPairs(values: ScoreValues, files: number, fits: boolean): void {
  const wrong = (expected: string, got: string) => {
    throw new OnwardError("usage", { expected, got });
  };
  const { model, against } = values;
  if (model === undefined) {
    if (files === 0) wrong("at least 1 FILES, or --model", "none");
    if (values.data !== undefined) wrong("--model with --data", "nothing");
  } else {
    if (files > 0) wrong("either --model or FILES", "both");
    if (against !== undefined) wrong("FILES with --against", "--model");
    if (fits) wrong("FILES with --fit-on: onward predict writes those of a model", "--model");
    const column = ofColumns.find((name) => values[name] !== undefined);
    if (column !== undefined) wrong(`FILES with --${column}`, "--model, whose predictions have columns of their own");
  }
  if (values.key !== undefined && against === undefined) wrong("--against with --key", "nothing");
  if (against !== undefined && fits) wrong("either --against or --fit-on", "both");
  if (values.curves !== undefined && (model !== undefined || against !== undefined || fits)) {
    wrong("FILES alone with --curves", "--model, --against or --fit-on");
  }
  if (against !== undefined && values.state !== undefined) wrong("either --against or --state", "both");
}

/** Reads what the options of a command line mean. */
export function readScoreOptions(values: Omit<ScoreValues, Apart | FitOption>): ScoreOptions {
  const { label, scores, prediction, loss, weight, batch, by, positive } = values;
  const options = {
    label,
    scores,
    prediction,
    loss,
    weight,
    batch,
    by,
    positive,
    kind: read(values.kind, (text) => choiceOption("kind", text, ["logits", "log-probabilities", "probabilities"])),
    batchSize: read(values["batch-size"], (text) => integerOption("batch-size", text, { minimum: 1 })),
    ignoreLabel: values["ignore-label"],
    classWeights: read(values["class-weights"], (text) => numbersOption("class-weights", text, { minimum: 0 })),
    labelSmoothing: read(values["label-smoothing"], (text) =>
      numberOption("label-smoothing", text, { minimum: 0, maximum: 1 }),
    ),
    topK: read(values["top-k"], (text) => text.split(",").map((k) => integerOption("top-k", k.trim(), { minimum: 1 }))),
    temperature: read(values.temperature, (text) => numberOption("temperature", text, { minimum: Number.MIN_VALUE })),
    threshold: read(values.threshold, (text) => numberOption("threshold", text, { minimum: 0, maximum: 1 })),
    bins: read(values.bins, (text) => integerOption("bins", text, { minimum: 1, maximum: 100_000 })),
    classes: read(values.classes, classNames),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function read<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}
