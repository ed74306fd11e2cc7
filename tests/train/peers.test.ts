// What other tools are known to get wrong about the numbers of training, and what comes out here.
import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { crossEntropy, nn, sgd, Trainer } from "../../src/index.ts";

const random = new Random(4, "peers");
const samples = 24;
const source = arrays({
  inputs: { data: Float32Array.from({ length: samples * 5 }, () => random.normal()), dims: [samples, 5] },
  labels: Array.from({ length: samples }, () => random.integer(3)),
});
const model = () => nn.sequential([nn.linear(5, 3)], { seed: 1 });

function trainerOf(weightDecay: number): Trainer {
  return new Trainer({ model: model(), criterion: crossEntropy(), optimizer: sgd({ learningRate: 2, weightDecay }) });
}

/** Reports of one epoch of a single batch, by phase, and evaluations before and after it. */
async function epoch(weightDecay: number) {
  const trainer = trainerOf(weightDecay);
  const before = await trainer.evaluate(source, { batchSize: samples });
  const phases = { train: source, "train again": { data: source, mode: "eval" as const } };
  const reports = [];
  for await (const report of trainer.fit(phases, { epochs: 1, batchSize: samples })) reports.push(report);
  const [moving, fixed] = reports;
  return { before, moving, fixed, after: await trainer.evaluate(source, { batchSize: samples }) };
}

test("Keras has only the train number of a moving model; here another phase passes over the train data as the model is then", async () => {
  const { before, moving, fixed, after } = await epoch(0);
  expect([moving?.phase, fixed?.phase]).toEqual(["train", "train again"]);
  // The one batch was seen before the only step, and the other phase sees it after that.
  expect(moving?.loss).toBeCloseTo(before.loss ?? NaN, 6);
  expect(fixed?.loss).toBe(after.loss);
  expect(fixed?.loss).not.toBeCloseTo(moving?.loss ?? NaN, 2);
});

test("TensorFlow.js adds the regulariser to the train loss alone; here decay acts on the weights and in no loss", async () => {
  const [without, decayed] = [await epoch(0), await epoch(0.4)];
  expect(decayed.moving?.loss).toBe(without.moving?.loss);
  expect(decayed.moving?.loss).toBeCloseTo(decayed.before.loss ?? NaN, 6);
  expect(decayed.fixed?.loss).toBe(decayed.after.loss);
  expect(decayed.after.loss).not.toBeCloseTo(without.after.loss ?? NaN, 3);
});
