import { describe, expect, test } from "vitest";
import { float32, OnwardError } from "../../src/core/index.ts";
import { arrays, type Source } from "../../src/data/index.ts";
import { binaryCrossEntropy, crossEntropy, nn, sgd, Trainer } from "../../src/index.ts";

const inputs = { data: Float32Array.from({ length: 12 }, (_, i) => i / 12), dims: [4, 3] };
const good = () => arrays({ inputs, labels: [0, 1, 1, 0], name: "good" });
const network = () => nn.sequential([nn.linear(3, 2)], { seed: 1 });
const trainer = (options = {}) =>
  new Trainer({ model: network(), criterion: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), ...options });

async function fit(on: Trainer, source: Source, options = {}): Promise<void> {
  for await (const report of on.fit({ train: source }, { epochs: 1, batchSize: 2, ...options }))
    expect(report.samples).toBe(4);
}

const cases: [string, () => Promise<unknown>, string][] = [
  [
    "a label out of range",
    () => fit(trainer(), arrays({ inputs, labels: [0, 1, 7, 0], name: "bad" })),
    "Expected label to be in [0, 2), got 7 (bad, sample 2).",
  ],
  [
    "a negative label that is not the ignored one",
    () => fit(trainer(), arrays({ inputs, labels: [0, 1, -2, 0], name: "bad" })),
    "Expected label to be in [0, 2), got -2 (bad, sample 2).",
  ],
  [
    "NaN in the data",
    async () => arrays({ inputs: { ...inputs, data: inputs.data.with(4, NaN) }, labels: [0, 1, 1, 0] }),
    "NaN",
  ],
  ["an empty data set", async () => arrays({ inputs: { data: [], dims: [0, 3] }, labels: [] }), "at least one"],
  [
    "a sample of another shape",
    async () => {
      const on = trainer();
      await fit(on, good());
      await on.evaluate(arrays({ inputs: { data: new Float32Array(16), dims: [4, 4] }, labels: [0, 1, 1, 0] }));
    },
    'Expected shape [N, 3], got [4, 4] (input "input" of the model).',
  ],
  [
    "inputs of another type",
    async () => {
      const on = trainer();
      await fit(on, good());
      await on.evaluate(arrays({ inputs: { data: new Float64Array(12), dims: [4, 3] }, labels: [0, 1, 1, 0] }));
    },
    "Expected elements of type float32, got float64",
  ],
  [
    "an input that the model does not have",
    async () => {
      const source = good();
      const renamed: Source = {
        ...source,
        read: async (i) => ({
          inputs: { other: (await source.read(i)).inputs as never },
          labels: (await source.read(i)).labels,
        }),
      };
      await fit(trainer(), { ...renamed, sampleShape: [3] });
    },
    'Expected inputs input, got "other".',
  ],
  [
    "float labels for class indices",
    () => fit(trainer(), arrays({ inputs, labels: float32([0, 1, 1, 0], [4]) })),
    "Expected labels of type int64 for crossEntropy, got float32",
  ],
  [
    "index labels for binary targets",
    () =>
      fit(trainer({ model: nn.sequential([nn.linear(3, 1), nn.flatten()]), criterion: binaryCrossEntropy() }), good()),
    "Expected labels of type float32 for binaryCrossEntropy, got int64",
  ],
  [
    "no optimizer",
    () => fit(new Trainer({ model: network(), criterion: crossEntropy() }), good()),
    "Expected an optimizer to train with, got none.",
  ],
  [
    "a reduction that cannot be trained",
    () => fit(trainer({ criterion: crossEntropy({ reduction: "none" }) }), good()),
    'Expected a reduction of "mean" or "sum" to train with, got "none"',
  ],
  ["no epochs", () => fit(trainer(), good(), { epochs: 0 }), "Expected epochs to be a positive integer, got 0."],
  [
    "half a batch",
    () => fit(trainer(), good(), { batchSize: 2.5 }),
    "Expected batch size to be a positive integer, got 2.5.",
  ],
  ["a seed that is none", async () => trainer({ seed: -1 }), "Expected seed to be an integer from 0"],
  ["a source that is none", () => fit(trainer(), {} as Source), "Expected a source or a loader"],
  [
    "a provider that the runtime lacks",
    () => fit(trainer({ provider: "abacus" }), good()),
    "Expected provider to be one of cpu",
  ],
  [
    "a model file that is not there",
    () => fit(trainer({ model: "none.onnx" }), good()),
    'Expected to read "none.onnx", got no such file.',
  ],
];

describe("bad input is one clear sentence", () => {
  test.each(cases)("%s", async (_, action, sentence) => {
    const error: unknown = await action().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OnwardError);
    expect((error as OnwardError).message).toContain(sentence);
    expect((error as OnwardError).message).toMatch(/^Expected [^\n]*\.$/);
  });
});

test("a label that is no class is found before the first step, wherever it is", async () => {
  const on = trainer();
  let steps = 0;
  on.on("progress", () => steps++);
  const bad = arrays({ inputs, labels: [0, 1, 1, 2], name: "bad" });
  await expect(async () => {
    for await (const report of on.fit({ train: good(), val: bad }, { epochs: 1, batchSize: 1 })) expect(report);
  }).rejects.toThrow("Expected label to be in [0, 2), got 2 (bad, sample 3).");
  expect(steps).toBe(0);
});

test("an abort ends the pass with the signal's reason, and the trainer can go on", async () => {
  const on = trainer();
  const controller = new AbortController();
  on.on("progress", ({ batchesDone }) => batchesDone >= 1 && controller.abort(new Error("enough")));
  await expect(fit(on, good(), { signal: controller.signal })).rejects.toThrow("enough");
  expect((await on.evaluate(good())).samples).toBe(4);
});

test("NaN in a loss is counted, named and shown", async () => {
  const source = good();
  const spoilt: Source = {
    ...source,
    read: async (i) => ({
      ...(await source.read(i)),
      inputs: float32(new Float32Array(i.length * 3).fill(NaN), [i.length, 3]),
    }),
  };
  const report = await trainer().evaluate(spoilt, { batchSize: 2 });
  expect(report.loss).toBeNaN();
  expect([report.nonFinite, report.firstNonFinite, report.correct]).toEqual([4, "batch 1", 0]);
});
