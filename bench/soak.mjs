/**
 * Trains on MNIST for many steps from the command line and watches the resident memory of the process: node bench/soak.mjs [STEPS]
 * [ROUNDS]. Needs a build, and /proc. Fails where memory after the first tenth of the steps grows by 2 % or more in any round. Everything
 * that keeps something is on: two phases an epoch, metrics from counts and from ranks, checkpoints within epochs, averages, early
 * stopping, the files for TensorBoard.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { writeModel } from "../dist/graph/index.js";
import { nn } from "../dist/nn/index.js";

const [wanted = 20_000, rounds = 1] = process.argv.slice(2).map(Number);
const perEpoch = Math.ceil(60_000 / 64);
const options = [
  ...["--data", "mnist", "--batch-size", "64", "--epochs", String(Math.ceil(wanted / perEpoch))],
  ...["--metrics", "f1,rocAuc,ece,brier,top3", "--average-decay", "0.999", "--patience", "1000000"],
  ...["--checkpoint-steps", "400"],
];

const runs = [];
for (let round = 0; round < rounds; round++) runs.push(summed(await soak()));
const about = { date: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model, wanted, options };
writeFileSync(new URL("results/soak.json", import.meta.url), `${JSON.stringify({ ...about, runs })}\n`);
process.exitCode = runs.every(({ growth }) => growth.mean < 0.02 && growth.highest < 0.02) ? 0 : 1;

/** Points of { steps, rss }: what is resident, every 20 ms; the steps between two reports of epochs are spread evenly over their time. */
async function soak() {
  const folder = mkdtempSync(join(tmpdir(), "onward-soak-"));
  const run = join(folder, "run");
  const model = join(folder, "model.onnx");
  const layers = [nn.flatten(), nn.linear(784, 128), nn.batchNorm(128), nn.relu(), nn.dropout(0.2), nn.linear(128, 10)];
  writeFileSync(model, writeModel(nn.sequential(layers, { seed: 1 }).toModel([1, 28, 28])));
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  // The file itself is run, as an installed command is: its first line is part of what is measured.
  const child = spawn(main, ["train", ...options, "--model", model, "--out", run], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const points = [];
  while (child.exitCode === null && child.signalCode === null) {
    const rss = residentBytes(child.pid);
    if (rss !== undefined) points.push({ epochs: reportedEpochs(run), rss });
    await setTimeout(20);
  }
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`onward train ended with ${code ?? signal}`);
  rmSync(folder, { recursive: true });
  const first = (epochs) => points.findIndex((point) => point.epochs >= epochs);
  const last = points.at(-1)?.epochs ?? 0;
  const starts = Array.from({ length: last + 1 }, (_, epochs) => first(epochs));
  return points
    .filter(({ epochs }) => epochs < last)
    .map(({ epochs, rss }, i) => {
      const within = (i - starts[epochs]) / (starts[epochs + 1] - starts[epochs]);
      return { steps: Math.round((epochs + within) * perEpoch), rss };
    });
}

function residentBytes(pid) {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function reportedEpochs(run) {
  const lines = readIfThere(join(run, "reports.jsonl")).split("\n");
  return lines.filter((line) => line.includes('"mode":"train"')).length;
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return "";
    throw error;
  }
}

/** Memory swings with every collection of garbage, so a tenth of the run stands for its beginning and its end. */
function summed(points) {
  const mebibytes = ({ rss }) => rss / 2 ** 20;
  const tenths = Array.from({ length: 10 }, (_, i) => {
    const part = points
      .filter(({ steps }) => steps >= (wanted * i) / 10 && steps < (wanted * (i + 1)) / 10)
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
