import { expect, test } from "vitest";
import { crossEntropy } from "../../src/criteria/index.ts";
import { arrays } from "../../src/data/index.ts";
import { nn } from "../../src/nn/index.ts";
import { adamw } from "../../src/optimizers/index.ts";
import { namedMetric, Trainer, type Snapshot } from "../../src/train/index.ts";

test("a snapshot from within an epoch stays whole while training frees what it replaces", async () => {
  const samples = 960;
  const data = Float32Array.from({ length: samples * 4 }, (_, i) => Math.sin(i));
  const labels = Int32Array.from({ length: samples }, (_, i) => i % 3);
  const trainer = new Trainer({
    model: nn.sequential([nn.linear(4, 3)], { seed: 1 }),
    criterion: crossEntropy(),
    optimizer: adamw({ learningRate: 1e-2 }),
    metrics: [namedMetric("rocAuc")],
  });
  const taken: Promise<Snapshot>[] = [];
  trainer.on("progress", ({ batchesDone, batches }) => {
    if (batchesDone < batches) taken.push(trainer.snapshot());
  });
  const train = arrays({ inputs: { data, dims: [samples, 4] }, labels: { data: labels, dims: [samples] } });
  for await (const { loss } of trainer.fit({ train }, { epochs: 3, batchSize: 8 })) expect(loss).toBeGreaterThan(0);
  const kept = await Promise.all(taken);
  expect(kept.length).toBeGreaterThan(2);
  for (const { values, state, pass } of kept) {
    for (const tensor of [...values.values(), ...state.values()]) expect(tensor.data.length).toBe(tensor.size);
    const [part] = (pass?.metrics["rocAuc"] ?? []) as { scores: Float64Array }[];
    expect(part?.scores.length).toBeGreaterThan(0);
  }
});
