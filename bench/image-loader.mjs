// Compares reading a folder of images here and in torchvision, in turn, and writes the raw figures.
// Usage: python bench/image-data.py FOLDER; npm run build; node bench/image-loader.mjs FOLDER [PYTHON] [ROUNDS]
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, python = "python3", rounds = "3"] = process.argv.slice(2);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const batch = 64;

if (process.env.ONWARD_BENCH_RUN === undefined) {
  const runs = [];
  for (let round = 0; round < Number(rounds); round++) {
    for (const what of ["torchvision", "onward"]) {
      const before = loadavg()[0];
      const text =
        what === "onward"
          ? execFileSync(process.execPath, [here("image-loader.mjs"), folder], {
              env: { ...process.env, ONWARD_BENCH_RUN: "1" },
              encoding: "utf8",
            })
          : execFileSync(python, [here("image_loader.py"), folder, String(batch), "2"], { encoding: "utf8" });
      const run = { what, round, load: before, ...JSON.parse(text) };
      console.log(JSON.stringify(run));
      runs.push(run);
    }
  }
  const median = (what, read) => {
    const sorted = runs.filter((run) => run.what === what).map(read);
    return sorted.toSorted((a, b) => a - b)[Math.floor(sorted.length / 2)];
  };
  const both = (read) => Object.fromEntries(["torchvision", "onward"].map((what) => [what, read(what)]));
  const result = {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.version,
    batch,
    imagesPerSecond: both((what) => median(what, ({ perSecond }) => perSecond)),
    // What other work on the machine does not change.
    processorMillisecondsAnImage: both((what) => median(what, (run) => (1000 * run.processorSeconds) / run.images)),
    runs,
  };
  writeFileSync(here("results/image-loader.json"), `${JSON.stringify(result, null, 1)}\n`);
  console.log(result.imagesPerSecond, result.processorMillisecondsAnImage);
} else {
  const { imageFolder, Loader, shuffled } = await import("../dist/data/index.js");
  // The same images as train and val, so that all are train images.
  const both = join(tmpdir(), `onward-bench-${process.pid}`);
  mkdirSync(both);
  for (const part of ["train", "val"]) symlinkSync(resolve(folder), join(both, part));
  const { train } = await imageFolder(both);
  const before = process.cpuUsage();
  const pass = new Loader(train, { batchSize: batch, sampler: shuffled({ seed: 1 }), augment: { seed: 1 } }).open(1);
  let spent = await pass.read(0, 1);
  const start = performance.now();
  let images = 0;
  for (let i = 1; i < pass.batches; i++) {
    spent = await pass.read(i, 1, spent);
    images += spent.labels.dims[0];
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const processorSeconds = (user + system) / 1e6;
  rmSync(both, { recursive: true });
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(
    JSON.stringify({ images, seconds, perSecond: images / seconds, processorSeconds, residentMegabytes: memory }),
  );
}
