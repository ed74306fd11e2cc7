import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { arrays, type Source } from "../../src/data/index.ts";
import { crossEntropy, nn, sgd, Trainer, type PhaseReport } from "../../src/index.ts";

const delay = 40;
const batches = 5;
const labels = Array.from({ length: batches }, (_, i) => i % 2);
const quick = arrays({ inputs: { data: labels, dims: [batches, 1] }, labels });
const slow: Source = {
  ...quick,
  size: quick.size,
  read: async (indices) => {
    await setTimeout(delay);
    return quick.read(indices);
  },
};

async function reportsOf(source: Source): Promise<PhaseReport[]> {
  const model = nn.sequential([nn.linear(1, 2)], { seed: 1 });
  const trainer = new Trainer({ model, criterion: crossEntropy(), optimizer: sgd() });
  const reports: PhaseReport[] = [];
  const limitBatches = { train: batches };
  for await (const report of trainer.fit({ train: source, val: source }, { epochs: 1, batchSize: 1, limitBatches })) {
    reports.push(report);
  }
  return reports;
}

test("reports tell how long data was waited for, in training and evaluation", async () => {
  for (const { phase, seconds, waitSeconds } of await reportsOf(slow)) {
    // A training call takes several batches of such a small model, so that there are fewer waits than batches.
    const waits = phase === "train" ? 1 : batches;
    expect(waitSeconds, phase).toBeGreaterThan((0.9 * waits * delay) / 1000);
    expect(waitSeconds, phase).toBeLessThan(seconds);
  }
  for (const { seconds, waitSeconds } of await reportsOf(quick)) expect(waitSeconds).toBeLessThan(seconds / 2);
});

test("batches that were read ahead, while the step took longer, are not waited for", async () => {
  const ahead: Source = { ...slow, size: slow.size, ahead: 2 };
  const [, val] = await reportsOf(ahead);
  const [, alone] = await reportsOf(slow);
  expect(val?.waitSeconds).toBeLessThan(0.75 * (alone?.waitSeconds ?? 0));
});
