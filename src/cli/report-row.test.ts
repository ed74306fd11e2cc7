import { expect, test } from "vitest";
import type { PhaseReport } from "../train/index.ts";
import { reportHead, reportRow } from "./report-row.ts";

const report: PhaseReport = {
  phase: "val",
  mode: "eval",
  epoch: 3,
  samples: 10_000,
  ignored: 0,
  batches: 157,
  datasetSize: 10_000,
  loss: 0.0712345,
  batchMeanLoss: 0.0712465,
  batchMeanBias: 0.000012,
  accuracy: 0.9784,
  accuracyInterval: [0.97537, 0.98107],
  nonFinite: 0,
  seconds: 0.081,
  waitSeconds: 0,
  samplesPerSecond: 123456.7,
};

test("a row stands under its titles", () => {
  expect(`${reportHead}\n${reportRow(report)}`).toBe(
    [
      "epoch  phase              loss   batch-mean  difference  accuracy %  95 % interval     samples/s",
      "    3  val           0.0712345    0.0712465    +1.20e-5       97.84  [97.54, 98.11]      123,457",
    ].join("\n"),
  );
});

test("a row says what was left out, ignored and not finite", () => {
  const row = reportRow({
    ...report,
    samples: 9984,
    ignored: 2,
    loss: NaN,
    batchMeanBias: NaN,
    nonFinite: 1,
    firstNonFinite: "batch 12",
  });
  expect(row).toContain("  NaN  ");
  expect(row).toMatch(/9,984 of 10,000 samples seen; 2 ignored; 1 not finite, first in batch 12$/);
});

test("a row says how much of a long phase went by waiting for data, where that is much", () => {
  const row = (seconds: number, waitSeconds: number) => reportRow({ ...report, seconds, waitSeconds });
  expect(row(20, 6.9)).toMatch(/ waited 35 % of the time for data$/);
  expect(row(20, 3.9)).not.toContain("waited");
  expect(row(2, 1)).not.toContain("waited");
});

test("what is absent is a dash", () => {
  const row = reportRow({
    phase: "val",
    mode: "eval",
    samples: 4,
    ignored: 0,
    batches: 1,
    datasetSize: 4,
    nonFinite: 0,
    seconds: 1,
    waitSeconds: 0,
    samplesPerSecond: 4,
  });
  expect(row.match(/-/g)?.length).toBe(6);
});
