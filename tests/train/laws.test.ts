import { describe, expect, test } from "vitest";
import { Random, type Tensor } from "../../src/core/index.ts";
import { arrays, Loader } from "../../src/data/index.ts";
import { crossEntropy, nn, sgd, Trainer } from "../../src/index.ts";
import { gradientsOf, loadModel } from "../../src/steps/index.ts";

const random = new Random(9, "laws");
const samples = 37;
const data = {
  inputs: { data: Float32Array.from({ length: samples * 6 }, () => random.normal()), dims: [samples, 6] },
  labels: Array.from({ length: samples }, (_, i) => (i % 9 === 4 ? -100 : random.integer(4))),
};
const source = arrays(data);
const criterion = crossEntropy({ classWeights: [1, 0.2, 3, 0.7], labelSmoothing: 0.1 });
const network = () => nn.sequential([nn.linear(6, 9), nn.tanh(), nn.linear(9, 4)], { seed: 2 });

describe("gradients of sums", () => {
  test("of micro-batches of unequal weight add up to those of the one big batch", async () => {
    const model = await loadModel(network().toModel([6]));
    const part = async (first: number, count: number) =>
      gradientsOf(model, {
        criterion,
        ...(await source.read(Uint32Array.from({ length: count }, (_, i) => first + i))),
      });
    const whole = await part(0, samples);
    const parts = [await part(0, 5), await part(5, 20), await part(25, 12)];
    expect(whole.gradients.size).toBe(4);
    for (const [name, expected] of whole.gradients) {
      const sum = new Float64Array(expected.size);
      for (const { gradients } of parts) (gradients.get(name)!.data as Float32Array).forEach((g, i) => (sum[i]! += g));
      expectNear(sum, expected, 1e-5);
    }
    const weight = (of: { weights: Float32Array }) => of.weights.reduce((a, b) => a + b, 0);
    expect(parts.reduce((total, one) => total + weight(one), 0)).toBeCloseTo(weight(whole), 4);
  });
});

describe("an evaluation", () => {
  test("counts the same for any batch size, ignored labels and class weights included", async () => {
    const reports = [];
    for (const batchSize of [1, 7, 16, samples]) {
      const trainer = new Trainer({ model: network(), criterion });
      reports.push(await trainer.evaluate(source, { batchSize }));
    }
    for (const report of reports) {
      expect(report.samples).toBe(samples);
      expect(report.ignored).toBe(4);
      expect(report.correct).toBe(reports[0]!.correct);
      expect(report.lossWeight).toBe(reports[0]!.lossWeight);
      // The terms themselves may differ in the last bit: the runtime picks its kernels by shape.
      expect(Math.abs(report.loss! / reports[0]!.loss! - 1)).toBeLessThan(1e-6);
    }
    const means = new Set(reports.map(({ batchMeanLoss }) => batchMeanLoss));
    expect(means.size).toBeGreaterThan(2);
  });

  test("of whole batches alone says how many samples it saw", async () => {
    const trainer = new Trainer({ model: network(), criterion });
    const report = await trainer.evaluate(new Loader(source, { batchSize: 10, dropLast: true }));
    expect([report.samples, report.datasetSize, report.batches]).toEqual([30, samples, 3]);
  });
});

describe("a batch without weight", () => {
  test("teaches nothing and spoils nothing", async () => {
    const ignored = arrays({ ...data, labels: data.labels.map(() => -100) });
    const trainer = new Trainer({ model: network(), criterion, optimizer: sgd({ learningRate: 1 }) });
    const before = await trainer.evaluate(source);
    for await (const report of trainer.fit({ train: ignored }, { epochs: 1, batchSize: 10 })) {
      expect(report).not.toHaveProperty("loss");
      expect(report).not.toHaveProperty("accuracy");
      expect([report.samples, report.ignored, report.lossWeight, report.nonFinite]).toEqual([samples, samples, 0, 0]);
    }
    expect((await trainer.evaluate(source)).loss).toBe(before.loss);
  });
});

/** Norm-wise: |got - expected| <= tolerance |expected|. */
function expectNear(got: Float64Array, expected: Tensor, tolerance: number): void {
  let difference = 0;
  let norm = 0;
  (expected.data as Float32Array).forEach((value, i) => {
    difference += (got[i]! - value) ** 2;
    norm += value ** 2;
  });
  expect(norm).toBeGreaterThan(0);
  expect(Math.sqrt(difference)).toBeLessThanOrEqual(tolerance * Math.sqrt(norm));
}
