// Trains on a folder of images, and tells how much of the time the runtime waited for the next batch.
// Usage: python bench/image-data.py FOLDER; npm run build; node bench/image-wait.mjs FOLDER MODEL.onnx [BATCHES] [ROUNDS]
// The model takes images of 224 x 224, like the resnet18 that bench/prepare.py exports. Its step has to be slower than the decoders.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { crossEntropy } from "../dist/criteria/index.js";
import { imageFolder } from "../dist/data/index.js";
import { sgd } from "../dist/optimizers/index.js";
import { Trainer } from "../dist/train/index.js";

const [folder, model, batches = "40", rounds = "3"] = process.argv.slice(2);
const batchSize = 32;
// The same images as train and val, so that all are train images.
const both = mkdtempSync(join(tmpdir(), "onward-bench-"));
for (const part of ["train", "val"]) symlinkSync(resolve(folder), join(both, part));
const { train } = await imageFolder(both);
const trainer = new Trainer({
  model,
  criterion: crossEntropy(),
  optimizer: sgd({ learningRate: 1e-3, momentum: 0.9 }),
});
const runs = [];
const limitBatches = { train: Number(batches) };
for await (const report of trainer.fit({ train }, { epochs: Number(rounds), batchSize, limitBatches })) {
  const { samples, seconds, waitSeconds, samplesPerSecond } = report;
  const run = { load: loadavg()[0], samples, seconds, waitSeconds, share: waitSeconds / seconds, samplesPerSecond };
  console.log(JSON.stringify(run));
  runs.push(run);
}
await trainer.release();
rmSync(both, { recursive: true });
const result = {
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model,
  cores: availableParallelism(),
  node: process.version,
  model: basename(model),
  batchSize,
  images: train.size,
  share: Math.max(...runs.map(({ share }) => share)),
  runs,
};
writeFileSync(new URL("results/image-wait.json", import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
console.log(`waited ${(100 * result.share).toFixed(2)} % of the time at most`);
process.exitCode = result.share < 0.05 ? 0 : 1;
