/**
 * Trains on MNIST for many steps and watches the resident memory: node bench/soak.mjs [STEPS] [ROUNDS], each round in a process of its
 * own. Needs a build. Fails where memory after the first tenth of the steps grows by 2 % or more in any of them. Everything that keeps
 * something is on: two phases an epoch, metrics from counts and from ranks, checkpoints within epochs, averages, callbacks, the files
 * for TensorBoard.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crossEntropy } from "../dist/criteria/index.js";
import { mnist } from "../dist/data/index.js";
import { nn } from "../dist/nn/index.js";
import { adamw } from "../dist/optimizers/index.js";
import { EventFile, reportScalars } from "../dist/runs/index.js";
import { Checkpoints, divergenceWarning, earlyStopping, namedMetric, Trainer } from "../dist/train/index.js";

const [wanted = 20_000, rounds = 1] = process.argv.slice(2).map(Number);
const metrics = ["f1", "rocAuc", "ece", "brier", "top3"];

if (process.env.ONWARD_BENCH_RUN === undefined) {
  const here = fileURLToPath(import.meta.url);
  const env = { ...process.env, ONWARD_BENCH_RUN: "1" };
  const runs = Array.from({ length: rounds }, () =>
    summed(JSON.parse(execFileSync(process.execPath, [here, String(wanted)], { env, encoding: "utf8" }))),
  );
  const about = { date: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model, wanted, metrics };
  writeFileSync(new URL("results/soak.json", import.meta.url), `${JSON.stringify({ ...about, runs })}\n`);
  process.exitCode = runs.every(({ growth }) => growth.mean < 0.02 && growth.highest < 0.02) ? 0 : 1;
} else {
  console.log(JSON.stringify(await soak()));
}

/** Memory swings with every collection of garbage, so a tenth of the run stands for its beginning and its end. */
function summed(points) {
  const mebibytes = ({ rss }) => rss / 2 ** 20;
  const tenths = Array.from({ length: 10 }, (_, i) => {
    const part = points
      .filter(({ steps }) => steps > (wanted * i) / 10 && steps <= (wanted * (i + 1)) / 10)
      .map(mebibytes);
    return { mean: part.reduce((sum, value) => sum + value, 0) / part.length, highest: Math.max(...part) };
  });
  const growth = (what) => tenths[9][what] / tenths[1][what] - 1;
  for (const [i, { mean, highest }] of tenths.entries()) {
    console.log(`tenth ${i + 1}: resident memory ${mean.toFixed(1)} MiB on average, ${highest.toFixed(1)} MiB at most`);
  }
  console.log(
    `growth from the second tenth to the last: mean ${(100 * growth("mean")).toFixed(2)} %, highest ${(100 * growth("highest")).toFixed(2)} %`,
  );
  return { growth: { mean: growth("mean"), highest: growth("highest") }, tenths, points };
}

async function soak() {
  const batchSize = 64;
  const { train, val } = await mnist();
  const layers = [nn.flatten(), nn.linear(784, 128), nn.batchNorm(128), nn.relu(), nn.dropout(0.2), nn.linear(128, 10)];
  const folder = mkdtempSync(join(tmpdir(), "onward-soak-"));
  const trainer = new Trainer({
    model: nn.sequential(layers, { seed: 1 }),
    criterion: crossEntropy(),
    optimizer: adamw({ learningRate: 1e-3 }),
    averageDecay: 0.999,
    metrics: metrics.map(namedMetric),
    callbacks: [earlyStopping({ patience: 1e6 }), divergenceWarning()],
  });
  const events = await EventFile.create(folder);
  const points = [];
  let epochs = 0;
  const perEpoch = Math.ceil(train.size / batchSize);
  trainer.on("progress", ({ phase, batchesDone }) => {
    const steps = epochs * perEpoch + batchesDone;
    if (phase === "train" && steps - (points.at(-1)?.steps ?? 0) >= 50)
      points.push({ steps, rss: process.memoryUsage.rss() });
  });
  const checkpoints = new Checkpoints(folder, { everySteps: 400 });
  const length = { epochs: Math.ceil(wanted / perEpoch), batchSize, checkpoints };
  for await (const report of trainer.fit({ train, val }, length)) {
    for (const { tag, step, value } of reportScalars({ ...report })) events.add(tag, step, value);
    await events.flush();
    if (report.phase === "train") epochs++;
  }
  await events.close();
  rmSync(folder, { recursive: true });
  return points;
}
