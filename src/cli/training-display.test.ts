import { expect, test } from "vitest";
import type { PhaseReport } from "../train/index.ts";
import { TrainingDisplay } from "./training-display.ts";

const report: PhaseReport = {
  phase: "val",
  mode: "eval",
  epoch: 1,
  samples: 4,
  ignored: 0,
  batches: 2,
  datasetSize: 4,
  lossWeight: 4,
  loss: 2,
  batchMeanLoss: 3,
  batchMeanBias: 1,
  accuracy: 0.5,
  accuracyInterval: [0.15, 0.85],
  nonFinite: 0,
  seconds: 0.04,
  waitSeconds: 0,
  samplesPerSecond: 100,
};

function show(json: boolean, isTTY = false): { out: string; err: string } {
  const written = { out: "", err: "" };
  const io = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text), isTTY },
    signal: new AbortController().signal,
  };
  const display = new TrainingDisplay(io, { json, epochs: 2 });
  display.begin("mlp:8", "mnist", { train: 60_000, val: 4 }, "runs/mnist-1");
  display.progress({
    phase: "train",
    mode: "train",
    epoch: 1,
    batches: 938,
    samples: 60_000,
    batchesDone: 469,
    samplesDone: 30_000,
    seconds: 1,
  });
  display.report({ ...report, epoch: 0, loss: NaN });
  display.report(report);
  display.end("Saved runs/mnist-1\n");
  return written;
}

test("without JSON everything is on standard output, the bar alone on standard error", () => {
  const { out, err } = show(false, true);
  expect(out).toContain("Training mlp:8 on mnist: 60,000 train samples, 4 val samples. Run folder: runs/mnist-1\n");
  expect(out).toMatch(
    /\n\nval, epoch 1: The mean of the batch means, 3, is 1 above the loss, 2[^\n]*\n\nSaved runs\/mnist-1\n$/,
  );
  const bar = `[${"#".repeat(15)}${".".repeat(15)}]`;
  expect(err).toBe(`\r\x1b[2Kepoch 1/2 train ${bar}  50%  30,000/60,000\r\x1b[2K`);
});

test("with JSON standard output has one line per report and nothing else", () => {
  const { out, err } = show(true);
  const lines = out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ ...report, epoch: 0, loss: "NaN" }, report]);
  expect(err).toContain("Saved runs/mnist-1\n");
  expect(err).not.toContain("\x1b");
});
