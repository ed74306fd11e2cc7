// Loads a model and says what in it is trained; then, for a job, writes its gradients and its values after some steps as raw
// float32. Usage: node gradients.mjs <dist> <model.onnx>, which answers and reads one line of JSON at a time.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [dist, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(dist), path)).href);
const [{ Tensor }, { crossEntropy }, { sgd }, { gradientsOf, loadModel, TrainSteps, trainingPlan }] = await Promise.all(
  ["core/index.js", "criteria/index.js", "optimizers/index.js", "steps/index.js"].map(load),
);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const seconds = {};
const timed = async (what, action) => {
  const start = performance.now();
  const result = await action();
  seconds[what] = (performance.now() - start) / 1000;
  return result;
};
// An exit would cut off what a pipe has not taken yet.
const say = (value) => new Promise((done) => process.stdout.write(`${JSON.stringify(value)}\n`, done));
const answer = async (action) => {
  try {
    await say({ ...(await action()), seconds });
  } catch (error) {
    await say({ error: String(error?.message ?? error), code: error?.code, seconds });
    process.exit(0);
  }
};

let model;
await answer(async () => {
  model = await timed("load", () => loadModel(file));
  return { parameters: model.parameters.map(({ name }) => name), statistics: model.prepared.statistics };
});
const { value: line } = await lines.next();
if (line !== undefined) await answer(() => run(JSON.parse(line)));
process.exit(0);

/** Gradients in each form, and values after the steps. */
async function run(job) {
  let count = 0;
  const write = (tensor) => {
    const path = join(job.out, `${count++}.bin`);
    writeFileSync(path, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    return { file: path, dims: tensor.dims };
  };
  const writeAll = (entries) => Object.fromEntries([...entries].map(([name, tensor]) => [name, write(tensor)]));
  const inputs = Object.fromEntries(Object.entries(job.inputs).map(([name, input]) => [name, read(input)]));
  const labels = read(job.labels);
  const criterion = crossEntropy({ reduction: "sum" });
  const results = {};
  for (const mode of job.modes) {
    const { scores, gradients } = await timed(mode, () => gradientsOf(model, { criterion, inputs, labels, mode }));
    results[mode] = { scores: write(scores), gradients: writeAll(gradients) };
  }

  const plan = trainingPlan(model.prepared, { optimizer: sgd({ learningRate: job.learningRate }) });
  const steps = await timed("compile", () => TrainSteps.compile(model.prepared, criterion, plan, 0, model.runtime, {}));
  const stacked = (tensor) => {
    const data = new tensor.data.constructor(tensor.data.length * job.steps);
    for (let i = 0; i < job.steps; i++) data.set(tensor.data, i * tensor.data.length);
    return new Tensor(tensor.type, data, [tensor.dims[0] * job.steps, ...tensor.dims.slice(1)]);
  };
  const batch = {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, stacked(tensor)])),
    labels: stacked(labels),
  };
  await timed("steps", () => steps.run(model.values, batch, job.steps, labels.dims[0]));
  const names = [...model.parameters.map(({ name }) => name), ...model.prepared.statistics];
  return { ...results, after: writeAll(names.map((name) => [name, model.values.get(name)])) };
}

function read({ file: path, type, dims }) {
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new Tensor(type, type === "int64" ? new BigInt64Array(buffer) : new Float32Array(buffer), dims);
}
