import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readModelFile, writeModel, type Model } from "../../src/graph/index.ts";
import { nn } from "../../src/nn/index.ts";
import { readRun } from "../../src/runs/index.ts";
import { onward } from "./onward.ts";
import { writeStripes } from "./stripes.ts";

const root = mkdtempSync(join(tmpdir(), "onward-fine-tune-"));
const layers = [nn.conv2d(1, 8, 3, { padding: 1 }), nn.batchNorm(8), nn.relu(), nn.maxPool2d(2)];
const network = nn
  .sequential([...layers, nn.flatten(), nn.linear(128, 7)], { inputShape: [1, 8, 8], seed: 2 })
  .toModel();

beforeAll(() => {
  writeStripes(join(root, "stripes"));
  writeFileSync(join(root, "backbone.onnx"), writeModel(network));
});
afterAll(() => rmSync(root, { recursive: true }));

const train = [
  "train",
  "--data",
  "idx:stripes",
  "--model",
  "backbone.onnx",
  "--threads",
  "1",
  "--epochs",
  "3",
  "--json",
];

/** The tensors of the saved model whose bytes are not those of the backbone. */
function changed(saved: Model): string[] {
  return [...saved.graph.initializers]
    .filter(
      ([name, { bytes }]) => Buffer.compare(bytes, network.graph.initializers.get(name)?.bytes ?? Buffer.of()) !== 0,
    )
    .map(([name]) => name);
}

test("a fresh head on a frozen backbone learns, and the backbone keeps every bit", async () => {
  const options = ["--classes", "3", "--freeze", "backbone", "--learning-rate", "0.01", "--out", "frozen"];
  const { code, err } = await onward([...train, ...options], root);
  expect([code, err.includes("Expected")]).toEqual([0, false]);
  const saved = readModelFile(join(root, "frozen", "model.onnx"));
  expect(changed(saved)).toEqual(["5.weight", "5.bias"]);
  expect(saved.graph.outputs).toEqual([{ ...network.graph.outputs[0], shape: ["N", 3] }]);
  const { record, reports } = await readRun(join(root, "frozen"));
  expect(record.options).toMatchObject({ classes: 3, freeze: ["backbone"] });
  expect(reports[5]!["accuracy"]).toBeGreaterThan(0.9);
});

test("the head has a rate of its own", async () => {
  const options = ["--classes", "3", "--learning-rate", "0", "--weight-decay", "0", "--head-learning-rate", "0.01"];
  const { code } = await onward([...train, ...options, "--out", "rates"], root);
  expect(code).toBe(0);
  const saved = readModelFile(join(root, "rates", "model.onnx"));
  // At a rate of 0 parameters stay, and batch normalisations go on following their batches.
  expect(changed(saved)).toEqual(["1.running_mean", "1.running_var", "5.weight", "5.bias"]);
  const { record } = await readRun(join(root, "rates"));
  expect(record.options["head-learning-rate"]).toBe(0.01);
});

test.each([
  [
    "another number of classes",
    ["--classes", "4"],
    "Expected --classes 3, as many as the data names, got 4 (idx:stripes (train)).",
  ],
  [
    "a pattern that fits nothing",
    ["--classes", "3", "--freeze", "fc.*"],
    'Expected freeze to fit a parameter, got "fc.*".',
  ],
  [
    "a head that is frozen and has a rate",
    ["--classes", "3", "--freeze", "head", "--head-learning-rate", "1"],
    "Expected parameterGroups[0] to select parameters that are trained",
  ],
])("refuses %s", async (_, options, message) => {
  const { code, out, err } = await onward([...train, ...options, "--out", "refused"], root);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
  expect(err.trimEnd().split("\n").length).toBe(1);
});
