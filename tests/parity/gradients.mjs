// Loads a model, writes its gradients and its values after some steps as raw float32 beside a manifest.
// A job without inputs asks for the names of what is trained alone. Usage: node gradients.mjs <dist> <job.json>
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, jobFile] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(dist), path)).href);
const [{ Tensor }, { crossEntropy }, { sgd }, { gradientsOf, loadModel, TrainSteps, trainingPlan }] = await Promise.all(
  ["core/index.js", "criteria/index.js", "optimizers/index.js", "steps/index.js"].map(load),
);

const job = JSON.parse(readFileSync(jobFile, "utf8"));
const read = ({ file, type, dims }) => {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new Tensor(type, type === "int64" ? new BigInt64Array(buffer) : new Float32Array(buffer), dims);
};
const inputs = job.inputs && Object.fromEntries(Object.entries(job.inputs).map(([name, input]) => [name, read(input)]));
const labels = job.labels && read(job.labels);

let count = 0;
const write = (tensor) => {
  const file = join(job.out, `${count++}.bin`);
  writeFileSync(file, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
  return { file, dims: tensor.dims };
};
const writeAll = (entries) => Object.fromEntries([...entries].map(([name, tensor]) => [name, write(tensor)]));

const manifest = { seconds: {} };
const timed = async (what, action) => {
  const start = performance.now();
  const result = await action();
  manifest.seconds[what] = (performance.now() - start) / 1000;
  return result;
};
try {
  const model = await timed("load", () => loadModel(job.model));
  manifest.nodes = model.prepared.graph.nodes.length;
  manifest.parameters = model.parameters.map(({ name }) => name);
  manifest.statistics = model.prepared.statistics;
  if (inputs !== undefined) await run(model);
} catch (error) {
  manifest.error = String(error?.message ?? error);
  manifest.code = error?.code;
  manifest.stack = String(error?.stack);
}
writeFileSync(join(job.out, "manifest.json"), JSON.stringify(manifest));

/** Gradients in each form, and values after the steps. */
async function run(model) {
  const criterion = crossEntropy({ reduction: "sum" });
  for (const mode of job.modes) {
    const result = await timed(mode, () => gradientsOf(model, { criterion, inputs, labels, mode }));
    manifest[mode] = {
      terms: [...result.terms],
      scores: write(result.scores),
      gradients: writeAll(result.gradients),
      statistics: writeAll(result.statistics),
    };
  }
  const optimizer = sgd({ learningRate: job.learningRate });
  const plan = trainingPlan(model.prepared, { optimizer });
  const steps = await timed("compile", () => TrainSteps.compile(model.prepared, criterion, plan, 0, model.runtime, {}));
  const size = labels.dims[0];
  const stacked = (tensor) => {
    const data = new tensor.data.constructor(tensor.data.length * job.steps);
    for (let i = 0; i < job.steps; i++) data.set(tensor.data, i * tensor.data.length);
    return new Tensor(tensor.type, data, [tensor.dims[0] * job.steps, ...tensor.dims.slice(1)]);
  };
  const batch = {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, stacked(tensor)])),
    labels: stacked(labels),
  };
  await timed("steps", () => steps.run(model.values, batch, job.steps, size));
  const names = [...model.parameters.map(({ name }) => name), ...model.prepared.statistics];
  manifest.after = writeAll(names.map((name) => [name, model.values.get(name)]));
}
