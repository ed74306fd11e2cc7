import { describe, expect, test } from "vitest";
import { float32 } from "../../src/core/index.ts";
import { arrays, Loader } from "../../src/data/index.ts";
import { fromTensor, readModel, typedArray, type Model } from "../../src/graph/index.ts";
import { adam, adamw, crossEntropy, nn, sgd, Trainer } from "../../src/index.ts";
import { nodeRuntime } from "../../src/runtime/node.ts";
import fixture from "../fixtures/training.json" with { type: "json" };

const samples = fixture.labels.length;
const source = arrays({
  inputs: { data: fixture.inputs, dims: [samples, 1, 6, 6] },
  labels: fixture.labels,
});

/** The network of the fixture, with its initial values. */
function network(): Model {
  const layers = [
    nn.conv2d(1, 3, 3, { padding: 1, bias: false }),
    nn.batchNorm(3),
    nn.relu(),
    nn.maxPool2d(2),
    nn.flatten(),
    nn.linear(27, 4),
  ];
  const model = nn.sequential(layers).toModel([1, 6, 6]);
  const initializers = new Map(model.graph.initializers);
  for (const [name, values] of Object.entries(fixture.before)) {
    const data = initializers.get(name);
    expect(data, name).toBeDefined();
    initializers.set(name, fromTensor(float32(values, data!.dims)));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

const optimizers = {
  sgd: () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  adam: () => adam({ learningRate: 0.01 }),
  adamw: () => adamw({ learningRate: 0.01, weightDecay: 0.1 }),
};

describe.each(Object.keys(optimizers) as (keyof typeof optimizers)[])("15 steps of a small network with %s", (name) => {
  test("give PyTorch's losses, parameters, running statistics and scores", async () => {
    const run = fixture.runs[name];
    const trainer = new Trainer({
      model: network(),
      criterion: crossEntropy({
        classWeights: fixture.classWeights,
        ignoreIndex: fixture.ignoreIndex,
        labelSmoothing: 0.1,
      }),
      optimizer: optimizers[name](),
    });
    const train = new Loader(source, { batchSize: fixture.batchSize });
    let epoch = 0;
    for await (const report of trainer.fit({ train }, { epochs: run.epochs.length })) {
      const expected = run.epochs[epoch++]!;
      expect(report.samples).toBe(samples);
      expect(report.ignored).toBe(2);
      expect(report.lossSum).toBeCloseTo(expected.lossSum, 4);
      expect(report.lossWeight).toBeCloseTo(expected.lossWeight, 4);
      expect(report.loss).toBeCloseTo(expected.lossSum / expected.lossWeight, 5);
      expect(report.batchMeanLoss).toBeCloseTo(expected.batchMeanLoss, 5);
      expect(report.correct).toBe(expected.correct);
      expect(report.accuracy).toBe(expected.correct / (samples - 2));
    }
    expect(epoch).toBe(3);

    const bytes = await trainer.toOnnx();
    const session = await nodeRuntime.open(bytes);
    const { scores } = await session.run({ input: float32(fixture.inputs, [samples, 1, 6, 6]) });
    const { initializers } = readModel(bytes).graph;
    for (const [parameter, values] of Object.entries(run.after)) {
      expectClose(typedArray(initializers.get(parameter)!) as Float32Array, values, 1e-5, parameter);
    }
    expectClose(scores!.data as Float32Array, run.scores, 1e-5, "scores");
  });
});

/** Compares norm-wise: |got - expected| <= tolerance |expected|. */
function expectClose(got: Float32Array, expected: readonly number[], tolerance: number, what: string): void {
  expect(got.length).toBe(expected.length);
  let difference = 0;
  let norm = 0;
  for (const [i, value] of expected.entries()) {
    difference += (got[i]! - value) ** 2;
    norm += value ** 2;
  }
  expect(Math.sqrt(difference), what).toBeLessThanOrEqual(tolerance * Math.sqrt(norm));
}
