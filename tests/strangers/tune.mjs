// Inspects an exported model, compares its gradients at batch sizes 1, 3 and 5, and trains a new head, its backbone, and all of it.
// Usage: node tune.mjs <dist> <job.json>
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, jobFile] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(dist), path)).href);
const paths = ["core", "criteria", "optimizers", "runtime", "graph", "steps"].map((folder) => `${folder}/index.js`);
const [{ Tensor }, { crossEntropy }, { adam }, { loadNodeRuntime }, { readModelFile }, steps] = await Promise.all(
  paths.map(load),
);
const { gradientsOf, inspectModel, loadModel, replaceHead, trainingPlan, TrainSteps } = steps;

const job = JSON.parse(readFileSync(jobFile, "utf8"));
const read = ({ file, type, dims }) => {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new Tensor(type, type === "int64" ? new BigInt64Array(buffer) : new Float32Array(buffer), dims);
};
const inputs = Object.fromEntries(Object.entries(job.inputs).map(([name, input]) => [name, read(input)]));
const labels = read(job.labels);
const rowsOf = (tensor, rows) => {
  const size = tensor.data.length / tensor.dims[0];
  const data = new tensor.data.constructor(size * rows.length);
  rows.forEach((row, i) => data.set(tensor.data.subarray(row * size, (row + 1) * size), i * size));
  return new Tensor(tensor.type, data, [rows.length, ...tensor.dims.slice(1)]);
};
const batchOf = (rows) => ({
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, rowsOf(tensor, rows)])),
  labels: rowsOf(labels, rows),
});
const criterion = crossEntropy({ reduction: "sum" });
const runtime = await loadNodeRuntime();
const source = readModelFile(job.model);
const result = {};

async function attempt(what, action) {
  try {
    result[what] = await action();
  } catch (error) {
    result[what] = `ERROR ${error?.message ?? error}`;
  }
}

const inspection = await inspectModel(source, runtime);
result.ops = inspection.operations.map(({ op }) => op);
if (inspection.obstacle !== undefined) result.obstacle = inspection.obstacle;
if (inspection.headless !== undefined) result.headless = inspection.headless;
result.batch = inspection.batch;

// The gradient of a batch is the sum of those of its samples.
const model = await loadModel(source, runtime);
const gradients = async (rows) => (await gradientsOf(model, { criterion, ...batchOf(rows), mode: "eval" })).gradients;
const single = await Promise.all([0, 1, 2].map((row) => gradients([row])));
result.sizes = 0;
for (const rows of [
  [0, 1, 2],
  [0, 1, 2, 0, 1],
]) {
  const whole = await gradients(rows);
  let all = 0;
  for (const { data } of whole.values()) for (const v of data) all += v * v;
  let error = 0;
  for (const [name, { data }] of whole) {
    for (let i = 0; i < data.length; i++) {
      let sum = 0;
      for (const row of rows) sum += single[row].get(name).data[i];
      error += (data[i] - sum) ** 2;
    }
  }
  const relative = Math.sqrt(error / all);
  if (!(relative <= result.sizes)) result.sizes = relative;
}

/** Trains on the same batch, slower where the loss rises: features of any scale come. The mean loss before and after. */
async function trained(given, freeze, count, fastest) {
  let losses = [];
  for (const learningRate of [fastest, fastest / 10, fastest / 100]) {
    losses = await attempted(given, freeze, count, learningRate);
    if (losses.at(-1) < losses[0]) break;
  }
  const [first, last] = [losses[0], losses.at(-1)];
  return `${first.toFixed(2)}>${last.toFixed(2)}${last < first ? "" : " FAIL"}`;
}

async function attempted(given, freeze, count, learningRate) {
  const { prepared, values } = await loadModel(given, runtime);
  const before = new Map(prepared.parameters.map(({ name }) => [name, values.get(name).data.slice()]));
  const plan = trainingPlan(prepared, { optimizer: adam({ learningRate }), ...(freeze && { freeze }) });
  const run = await TrainSteps.compile(prepared, criterion, plan, 0, runtime, {});
  const batch = batchOf([0, 1, 2]);
  const losses = [];
  for (let i = 0; i < count; i++) {
    const { terms } = await run.run(values, batch, 1, 3);
    losses.push([...(terms.data ?? terms)].reduce((sum, term) => sum + term, 0) / 3);
  }
  await run.run(values, batchOf([0, 1, 2, 0, 1]), 1, 5);
  const moved = new Set(plan.groups.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
  for (const [name, data] of before) {
    const same = data.every((value, i) => Object.is(value, values.get(name).data[i]));
    if (!same && !moved.has(name)) (result.moved ??= []).push(`${freeze}: ${name}`);
  }
  return losses;
}
if (result.headless === undefined) {
  await attempt("head", async () => trained(replaceHead(source, { classes: 7, seed: 1 }), "backbone", 8, 0.02));
  await attempt("backbone", async () => trained(source, "head", 4, 0.001));
} else result.head = `ERROR ${result.headless}`;
await attempt("all", async () => trained(source, undefined, 4, 0.001));
process.stdout.write(JSON.stringify(result));
process.exit(0);
