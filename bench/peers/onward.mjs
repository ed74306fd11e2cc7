// Trains a workload with the trainer, as a user does: loader, shuffling, tally, events and reports included.
// Usage: node bench/peers/onward.mjs FOLDER THREADS
import { join } from "node:path";
import { arrays } from "../../dist/data/index.js";
import { crossEntropy, Trainer } from "../../dist/index.js";
import { EpochTally } from "../../dist/metrics/index.js";
import * as optimizers from "../../dist/optimizers/index.js";
import { serve } from "./serve.mjs";
import { readData, readSpec } from "./workload.mjs";

const [folder, threads] = process.argv.slice(2);
const spec = readSpec(folder);
const { batch: batchSize, classes } = spec;
const { name, ...options } = spec.optimizer;
const trainer = new Trainer({
  model: join(folder, "model.onnx"),
  criterion: crossEntropy(),
  optimizer: optimizers[name](options),
  threads: Number(threads),
  seed: 7,
});
const read = (batches) => arrays(readData(folder, spec, batches));
let all;

async function train(data) {
  let seen = 0;
  for await (const report of trainer.fit({ train: data }, { epochs: 1, batchSize })) seen += report.samples;
  return seen;
}

const tally = new EpochTally();
const judged = {
  terms: Float32Array.from({ length: batchSize }, (_, i) => 0.5 + i / batchSize),
  weights: new Float32Array(batchSize).fill(1),
  scores: Float32Array.from({ length: batchSize * classes }, (_, i) => Math.sin(i)),
  dims: [batchSize, classes],
  labels: BigInt64Array.from({ length: batchSize }, (_, i) => BigInt(i % classes)),
  ignoreIndex: -100,
};

await serve({
  // One batch is read, so that what is timed is the model and not the size of the data.
  first: () => train(read(1)),
  train: () => train((all ??= read())),
  async evaluate() {
    const { samples, loss } = await trainer.evaluate((all ??= read()), { batchSize });
    return { samples, loss };
  },
  tally() {
    for (let i = 0; i < 100; i++) tally.add(judged);
    return 100 * batchSize;
  },
});
