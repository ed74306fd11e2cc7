import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { crossEntropy, nn, sgd } from "../../src/index.ts";
import type { Schedule } from "../../src/optimizers/index.ts";
import { learningRateRange } from "../../src/train/index.ts";

const random = new Random(8, "range");
const labels = Array.from({ length: 120 }, () => random.integer(3));
const inputs = Float32Array.from({ length: 480 }, (_, i) => random.normal() + (labels[i >> 2] === i % 4 ? 1 : 0));
const source = arrays({ inputs: { data: inputs, dims: [120, 4] }, labels });
const options = {
  model: nn.sequential([nn.linear(4, 16), nn.relu(), nn.linear(16, 3)], { seed: 1 }),
  criterion: crossEntropy(),
  optimizer: (learningRate: Schedule) => sgd({ learningRate, momentum: 0.9 }),
  batchSize: 20,
};

test("tries rates from low to high, and stops where the loss diverges", async () => {
  const { points, suggested } = await learningRateRange(source, { ...options, from: 1e-4, to: 1e3, steps: 100 });
  expect(points.length).toBeLessThan(100);
  expect(points.length).toBeGreaterThan(40);
  expect(points[0]!.learningRate).toBe(1e-4);
  expect(points[0]!.smoothed).toBeCloseTo(points[0]!.loss, 12);
  expect(points[1]!.learningRate / points[0]!.learningRate).toBeCloseTo(1e7 ** (1 / 99), 9);
  const last = points.at(-1)!;
  const lowest = Math.min(...points.map(({ smoothed }) => smoothed));
  expect(!Number.isFinite(last.smoothed) || last.smoothed > 4 * lowest).toBe(true);
  // A rate at which such a network trains well, and a tenth of the one with the lowest smoothed loss.
  expect(suggested).toBe(points.find(({ smoothed }) => smoothed === lowest)!.learningRate / 10);
  expect(suggested).toBeGreaterThan(1e-3);
  expect(suggested).toBeLessThan(1);
});

test("suggests nothing where the loss never falls", async () => {
  const { points, suggested } = await learningRateRange(source, { ...options, from: 1e-30, to: 1e-29, steps: 1 });
  expect([points.length, suggested]).toEqual([1, undefined]);
});

test("refuses an empty range", async () => {
  await expect(learningRateRange(source, { ...options, from: 1, to: 1 })).rejects.toThrow(
    "Expected to to be a number above 1, got 1 (learningRateRange).",
  );
});
