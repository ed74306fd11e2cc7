import { describe, expect, test } from "vitest";
import { defineCommand, type Values } from "./command.ts";
import { parseArguments } from "./parse-arguments.ts";
import { readTrainOptions, recordOptions, trainOptions, type TrainSettings } from "./train-options.ts";

const command = defineCommand({ name: "train", summary: "", usage: "", options: trainOptions, run: async () => {} });
const needed = ["--data", "mnist", "--model", "mlp:256"];

function read(...args: string[]): { values: Values<typeof trainOptions>; settings: TrainSettings } {
  const parsed = parseArguments(command, args);
  if (parsed.help) throw new Error("help");
  const values = parsed.values as Values<typeof trainOptions>;
  return { values, settings: readTrainOptions(values) };
}

test("the defaults are adamw, 1e-3 and batches of 64", () => {
  const { settings } = read(...needed);
  expect(settings).toMatchObject({
    epochs: 5,
    batchSize: 64,
    optimizer: { name: "adamw", learningRate: 1e-3 },
    criterion: { name: "cross-entropy" },
    sampler: "shuffled",
    seed: 0,
    provider: "cpu",
    dropLast: false,
    json: false,
  });
  expect([settings.optimizer.weightDecay, settings.criterion.classWeights, settings.threads, settings.out]).toEqual(
    Array(4).fill(undefined),
  );
});

test("the record has numbers under the options' names", () => {
  const { values } = read(
    ...needed,
    "--optimizer",
    "sgd",
    "--momentum",
    ".9",
    "--class-weights",
    "1,2.5",
    "--freeze",
    "a.*, backbone",
    "--classes",
    "3",
  );
  expect(JSON.parse(JSON.stringify(recordOptions(values)))).toEqual({
    data: "mnist",
    model: "mlp:256",
    classes: 3,
    freeze: ["a.*", "backbone"],
    epochs: 5,
    "batch-size": 64,
    optimizer: "sgd",
    "learning-rate": 0.001,
    momentum: 0.9,
    schedule: "constant",
    "warmup-epochs": 0,
    "schedule-epochs": 1,
    "schedule-factor": 0.1,
    accumulate: 1,
    "min-delta": 0,
    "plateau-factor": 0.1,
    "on-nonfinite": "stop",
    "score-train": false,
    "keep-last": 2,
    criterion: "cross-entropy",
    "class-weights": [1, 2.5],
    sampler: "shuffled",
    seed: 0,
    provider: "cpu",
    "skip-corrupt": false,
    "drop-last": false,
  });
});

test("weights that balance the classes are a word in the record", () => {
  const { settings, values } = read(...needed, "--class-weights", "balanced");
  expect(settings.criterion.classWeights).toBe("balanced");
  expect(recordOptions(values)["class-weights"]).toBe("balanced");
});

test("a text stays one in the record, even where it looks like a number", () => {
  const { values } = read("--data", "csv:x.csv", "--label", "007", "--model", "mlp:8", "--missing-values", "0.0,1e3");
  expect(recordOptions(values)).toMatchObject({ label: "007", "missing-values": "0.0,1e3", epochs: 5 });
});

describe("errors", () => {
  test.each([
    [[], "Expected --data mnist|idx:DIR|images:DIR|"],
    [["--data", "mnist"], "Expected --model mlp:WIDTHS|cnn|FILE.onnx, got none."],
    [[...needed, "--epochs", "0"], 'Expected --epochs to be an integer of at least 1, got "0".'],
    [[...needed, "--batch-size", "1.5"], 'Expected --batch-size to be an integer of at least 1, got "1.5".'],
    [[...needed, "--learning-rate", "-1"], 'Expected --learning-rate to be a number of at least 0, got "-1".'],
    [
      [...needed, "--momentum", "0.9"],
      "Expected --momentum with --optimizer sgd or rmsprop alone, got --optimizer adamw.",
    ],
    [[...needed, "--optimizer", "newton"], "Expected --optimizer to be one of sgd, adam, adamw, "],
    [[...needed, "--clip-norm", "0"], "Expected --clip-norm to be a number above 0, got 0."],
    [[...needed, "--clip-norm", "1", "--clip-value", "1"], "Expected --clip-norm or --clip-value, got both."],
    [[...needed, "--monitor", "loss"], 'Expected a monitor such as "val.accuracy" or "val.loss", got "loss".'],
    [[...needed, "--on-nonfinite", "hide"], "Expected --on-nonfinite to be one of stop, skip, ignore"],
    [[...needed, "--label-smoothing", "2"], "Expected --label-smoothing to be a number from 0 to 1"],
    [[...needed, "--criterion", "hinges"], "Expected --criterion to be one of cross-entropy, focal, hinge"],
    [
      [...needed, "--criterion", "hinge", "--label-smoothing", "0.1"],
      "Expected --label-smoothing with --criterion cross-entropy alone, got hinge.",
    ],
    [[...needed, "--focal-gamma", "1"], "Expected --focal-gamma with --criterion focal alone, got cross-entropy."],
    [[...needed, "--sampler", "sorted"], "Expected --sampler to be one of shuffled, class-balanced, stratified"],
    [[...needed, "--class-weights", "1,x"], 'Expected --class-weights to be a number of at least 0, got "x".'],
    [[...needed, "--classes", "0"], 'Expected --classes to be an integer of at least 1, got "0".'],
    [[...needed, "--freeze", "a,"], 'Expected --freeze to be texts separated by commas, got "a,".'],
    [[...needed, "--head-learning-rate", "-1"], "Expected --head-learning-rate to be a number of at least 0"],
    [[...needed, "--threads", "0"], "Expected --threads to be an integer from 1 to 1024"],
    [[...needed, "--seed", "-1"], 'Expected --seed to be an integer of at least 0, got "-1".'],
  ])("%j", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
