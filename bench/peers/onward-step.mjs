// Runs the training graph of a workload alone, over the batches of one shuffled epoch again and again, which are drawn beforehand: what
// the trainer's own work is held against.
// Usage: node bench/peers/onward-step.mjs FOLDER THREADS
import { join } from "node:path";
import { crossEntropy } from "../../dist/criteria/index.js";
import { arrays, Loader, shuffled } from "../../dist/data/index.js";
import * as optimizers from "../../dist/optimizers/index.js";
import { loadModel, trainingPlan, TrainSteps } from "../../dist/steps/index.js";
import { CallLength } from "../../dist/train/index.js";
import { serve } from "./serve.mjs";
import { readData, readSpec } from "./workload.mjs";

const [folder, threads] = process.argv.slice(2);
const spec = readSpec(folder);
const { batch: size, batches } = spec;
const { inputs, labels } = readData(folder, spec);
const { name, ...options } = spec.optimizer;
const { prepared, runtime, values } = await loadModel(join(folder, "model.onnx"));
const plan = trainingPlan(prepared, { optimizer: optimizers[name](options) });
const steps = TrainSteps.compile(prepared, crossEntropy(), plan, 7, runtime, { threads: Number(threads) });
steps.expect(size);
const pass = new Loader(arrays({ inputs, labels }), { batchSize: size, sampler: shuffled({ seed: 7 }) }).open(1);
const callLength = new CallLength();
const bytes = Object.values(inputs).reduce((sum, { data }) => sum + data.byteLength, 0) / batches;
const moved = [...steps.trained.map((name) => values.get(name)), ...steps.state.tensors.toMap().values()];
const carried = moved.reduce((sum, { data }) => sum + data.byteLength, 0);
const drawn = new Map();
let next = 0;

async function call(count) {
  if (next + count > batches) next = 0;
  const place = `${next} ${count}`;
  if (!drawn.has(place)) drawn.set(place, await pass.pick(next, count));
  next += count;
  const start = performance.now();
  await steps.run(values, drawn.get(place), count, size);
  callLength.measured(count, (performance.now() - start) / 1000, bytes * count, carried);
  return count * size;
}

await serve({ first: () => call(1), train: () => call(Math.min(callLength.steps, batches)) });
