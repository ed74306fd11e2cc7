import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { readModel, typedArray, type Graph, type Model } from "../../src/graph/index.ts";
import { adamw, crossEntropy, nn, sgd, Trainer } from "../../src/index.ts";
import { gradientsOf, loadModel, trainingPlan } from "../../src/steps/index.ts";
import { trainGraph } from "../../src/steps/train-graph.ts";
import type { TrainerOptions } from "../../src/train/index.ts";

const random = new Random(4, "freezing");
const samples = 60;
const source = arrays({
  inputs: { data: Float32Array.from({ length: samples * 36 }, () => random.normal(0.5)), dims: [samples, 1, 6, 6] },
  labels: Array.from({ length: samples }, () => random.integer(3)),
});

/** Statistics that differ from those of the data, so that using the wrong ones shows. */
const layers = [nn.conv2d(1, 4, 3), nn.batchNorm(4), nn.relu(), nn.conv2d(4, 4, 3), nn.batchNorm(4), nn.relu()];
const network = nn
  .sequential([...layers, nn.flatten(), nn.dropout(0.2), nn.linear(16, 3)], { seed: 1 })
  .toModel([1, 6, 6]);
const backbone = ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"];
const second = ["3.weight", "3.bias", "4.weight", "4.bias", "4.running_mean", "4.running_var"];
const head = ["8.weight", "8.bias"];

async function trained(options: Partial<TrainerOptions>, epochs = 2): Promise<Model> {
  const trainer = new Trainer({
    model: network,
    criterion: crossEntropy(),
    optimizer: adamw({ learningRate: 0.05 }),
    seed: 3,
    ...options,
  });
  for await (const report of trainer.fit({ train: source }, { epochs, batchSize: 16 }))
    expect(report.nonFinite).toBe(0);
  const model = readModel(await trainer.toOnnx());
  await trainer.release();
  return model;
}

/** The tensors whose bytes training has changed. */
function moved(model: Model): string[] {
  return [...network.graph.initializers]
    .filter(([name, { bytes }]) => Buffer.compare(bytes, model.graph.initializers.get(name)!.bytes) !== 0)
    .map(([name]) => name);
}

describe("what is frozen keeps every bit", () => {
  test.each([
    ["nothing", undefined, [...backbone, ...second, ...head]],
    ["the backbone, running statistics too", "backbone", head],
    ["the head", "head", [...backbone, ...second]],
    ["the first layers by pattern", ["0.*", "1.*"], [...second, ...head]],
    [
      "one parameter of a batch normalisation, which goes on following its batches",
      "1.??*s",
      [...backbone.filter((n) => n !== "1.bias"), ...second, ...head],
    ],
    [
      "weight and bias of one, and so its statistics",
      ["1.weight", "1.bias"],
      ["0.weight", "0.bias", ...second, ...head],
    ],
    ["statistics alone", "1.running_*", [...backbone.slice(0, 4), ...second, ...head]],
  ])("%s", async (_, freeze, expected) => {
    const model = await trained(freeze === undefined ? {} : { freeze });
    expect(moved(model).sort()).toEqual([...expected].sort());
  });
});

test("a frozen backbone costs no backward, and stands in the graph as constants", async () => {
  const { prepared } = await loadModel(network);
  const plan = trainingPlan(prepared, { optimizer: sgd(), freeze: "backbone" });
  const { graph } = trainGraph(prepared, crossEntropy(), plan, {});
  const body = graph.nodes.find(({ op }) => op === "Loop")!.attributes.get("body")!.value as Graph;
  expect(body.nodes.filter(({ op }) => op.startsWith("Conv")).length).toBe(2);
  expect(graph.inputs.filter(({ name }) => name.startsWith("onward/before/")).map(({ name }) => name)).toEqual(
    head.map((name) => `onward/before/${name}`),
  );
  for (const name of [...backbone, ...second]) expect([...body.initializers.keys()]).toContain(name);
});

test("a frozen batch normalisation trains with the statistics that it evaluates with", async () => {
  const trainer = new Trainer({
    model: nn.sequential([...layers, nn.flatten(), nn.linear(16, 3)], { seed: 1 }).toModel([1, 6, 6]),
    criterion: crossEntropy(),
    optimizer: sgd({ learningRate: 0 }),
    freeze: ["1.*", "4.*"],
  });
  const losses: number[] = [];
  for await (const { loss } of trainer.fit({ train: source, val: source }, { epochs: 1, batchSize: 15 }))
    losses.push(loss!);
  expect(Math.abs(losses[0]! / losses[1]! - 1)).toBeLessThan(1e-6);
});

describe("parameter groups", () => {
  test("with the same optimizer give the same bits as one", async () => {
    const optimizer = adamw({ learningRate: 0.05 });
    const [one, several] = [
      await trained({ optimizer }),
      await trained({
        optimizer,
        parameterGroups: [
          { parameters: "head", optimizer: adamw({ learningRate: 0.05 }) },
          { parameters: ["3.*", "*.bias"], optimizer },
        ],
      }),
    ];
    for (const [name, { bytes }] of one.graph.initializers)
      expect(Buffer.compare(bytes, several.graph.initializers.get(name)!.bytes), name).toBe(0);
  });

  test("move each parameter by its own rate", async () => {
    const model = nn
      .sequential([nn.flatten(), nn.linear(36, 5), nn.tanh(), nn.linear(5, 3)], { seed: 1 })
      .toModel([1, 6, 6]);
    const trainer = new Trainer({
      model,
      criterion: crossEntropy(),
      optimizer: sgd({ learningRate: 0.5 }),
      parameterGroups: [
        { parameters: "3.bias", optimizer: sgd({ learningRate: 4, weightDecay: 0.1 }) },
        { parameters: "head", optimizer: sgd({ learningRate: 2 }) },
      ],
    });
    for await (const { batches } of trainer.fit({ train: source }, { epochs: 1, batchSize: samples }))
      expect(batches).toBe(1);
    const after = readModel(await trainer.toOnnx());
    const batch = await source.read(Uint32Array.from({ length: samples }, (_, i) => i));
    const { gradients } = await gradientsOf(await loadModel(model), { criterion: crossEntropy(), ...batch });
    const rates = { "1.weight": [0.5, 0], "1.bias": [0.5, 0], "3.weight": [2, 0], "3.bias": [4, 0.1] };
    for (const [name, [rate, decay]] of Object.entries(rates)) {
      const [p, q] = [model, after].map(({ graph }) => typedArray(graph.initializers.get(name)!) as Float32Array);
      const gradient = gradients.get(name)!.data as Float32Array;
      p!.forEach((value, i) => expect(q![i]).toBeCloseTo(value - rate! * (gradient[i]! / samples + decay! * value), 5));
    }
  });
});

test.each<[string, Partial<TrainerOptions>, RegExp]>([
  [
    "a pattern that fits nothing",
    { freeze: ["0.*", "layer1.*"] },
    /^Expected freeze to fit a parameter, got "layer1\.\*"\. The parameters are 0\.weight, /,
  ],
  ["all of it", { freeze: "*" }, /^Expected at least one parameter to train, got all of them frozen\.$/],
  [
    "a group that is frozen",
    { freeze: "head", parameterGroups: [{ parameters: "head", optimizer: sgd() }] },
    /^Expected parameterGroups\[0\] to select parameters that are trained, got "head", which are frozen or in an earlier group\.$/,
  ],
])("refuses %s", async (_, options, message) => {
  await expect(trained(options)).rejects.toThrow(message);
});
