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

/** The reports of one epoch; `busy` is how long this thread has other things to do after each call of the runtime. */
async function reportsOf(source: Source, busy = 0): Promise<PhaseReport[]> {
  const model = nn.sequential([nn.linear(1, 2)], { seed: 1 });
  // A training call does not go beyond a window.
  const trainer = new Trainer({ model, criterion: crossEntropy(), optimizer: sgd(), accumulate: 2 });
  trainer.on("progress", () => {
    for (const start = performance.now(); performance.now() - start < busy;);
  });
  const reports: PhaseReport[] = [];
  const limitBatches = { train: batches };
  for await (const report of trainer.fit({ train: source, val: source }, { epochs: 1, batchSize: 1, limitBatches })) {
    reports.push(report);
  }
  return reports;
}

test("reports tell how long data was waited for, in training and evaluation", async () => {
  // A call takes several batches of such a small model, so that there are fewer waits than batches.
  for (const { phase, seconds, waitSeconds } of await reportsOf(slow)) {
    expect(waitSeconds, phase).toBeGreaterThan((0.9 * delay) / 1000);
    expect(waitSeconds, phase).toBeLessThan(seconds);
  }
  for (const { seconds, waitSeconds } of await reportsOf(quick)) expect(waitSeconds).toBeLessThan(seconds / 2);
});

test("batches that were read ahead, while the step took longer, are not waited for", async () => {
  const ahead: Source = { ...slow, size: slow.size, ahead: 2 };
  const [train] = await reportsOf(ahead, 3 * delay);
  const [alone] = await reportsOf(slow, 3 * delay);
  expect(train?.waitSeconds).toBeLessThan(0.75 * (alone?.waitSeconds ?? 0));
});
