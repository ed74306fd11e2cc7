import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { probabilityRows, RankCounter, rankedSummary } from "../metrics/index.ts";
import { KernelMemory, kernelsOf } from "./kernels.ts";
import { KernelCounter, rankKernelBytes, rankScratchBytes } from "./rank-kernels.ts";
import { portionBytes, RankPortion } from "./rank-portion.ts";
import { RowKernels, rowKernelBytes } from "./row-kernels.ts";

let seed = 3;
const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
const special = [NaN, Infinity, -Infinity, -1000, 800, -720, 0, -0, 1e-310];

test("the code is what kernels/ compiles to", () => {
  const script = fileURLToPath(new URL("../../scripts/build-kernels.mjs", import.meta.url));
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8", stdio: "pipe" })).toContain("bytes");
}, 60_000);

test.each([1, 2, 3, 7, 8, 9, 10, 16, 17, 130, 300])("the softmax of %d classes has the same bits", (classes) => {
  const rows = Math.ceil(6000 / classes);
  const scores = Float64Array.from({ length: rows * classes }, (_, i) => {
    const row = Math.floor(i / classes);
    if (row % 11 === 0 && random() < 0.2) return special[Math.floor(random() * special.length)] ?? 0;
    if (row % 11 === 1) return Math.round(8 * random());
    return (random() - 0.5) * (row % 11 === 2 ? 2000 : 12);
  });
  const kernels = KernelMemory.ofProcess() as KernelMemory;
  const address = kernels.allocate(rowKernelBytes(rows, classes));
  const rowKernels = new RowKernels(kernelsOf(kernels.memory), kernels.memory, address, rows, classes);
  const probabilities = new Float64Array(scores.length);
  const normalisers = new Float64Array(rows);
  probabilityRows(scores, classes, "logits", probabilities, normalisers, () => "");
  const softmax = rowKernels.softmax(scores, "all");
  expect(softmax.probabilities).toEqual(probabilities);
  expect(softmax.normalisers).toEqual(normalisers);
  const highest = Array.from({ length: rows }, (_, row) => {
    const own = [...scores.subarray(row * classes, (row + 1) * classes)];
    const max = Math.max(...own);
    return Number.isFinite(max) ? own.indexOf(max) : -1;
  });
  expect([...softmax.highest]).toEqual(highest);
});

test.each([
  ["distinct scores", 40_000, (x: number) => x],
  ["many equal scores", 40_000, (x: number) => Math.round(50 * x) / 50],
  ["two scores, of either sign of zero", 3000, (x: number) => (x < 0.3 ? -0 : x < 0.6 ? 0 : 0.25)],
  ["scores that differ in their last bits only", 3000, (x: number) => 0.5 + Math.floor(4000 * x) * 2 ** -53],
  ["scores of both signs, some of them none", 40_000, (x: number) => (x < 0.01 ? NaN : Math.tan(4 * x - 2))],
  ["three positives", 12, (x: number) => x],
  ["no positives", 0, (x: number) => x],
])("ranks of %s are the same", (_, positives, shape) => {
  const [rows, classes, positive] = [50_000, 4, 2];
  const scoresOf = (length: number) => Float64Array.from({ length }, () => shape(random()));
  const [own, column] = [scoresOf(positives), scoresOf(rows)];
  const labels = Int32Array.from({ length: rows }, () => Math.floor(5 * random()) - 1);
  const counter = RankCounter.of(positive, own.slice(), classes, false);
  counter.count({ scores: column, labels, weights: undefined });
  counter.finish();

  const memory = KernelMemory.ofProcess() as KernelMemory;
  const kernels = kernelsOf(memory.memory);
  const places = {
    scratch: memory.allocate(rankScratchBytes(rows)),
    address: memory.allocate(rankKernelBytes(positives, classes)),
  };
  const at = memory.allocate(portionBytes(1, rows));
  const portion = new RankPortion([positive], rows, memory.memory.buffer, at);
  const cells = memory.allocate(8 * rows * classes);
  const probabilities = new Float64Array(memory.memory.buffer, cells, rows * classes);
  for (let row = 0; row < rows; row++) probabilities[row * classes + positive] = column[row] as number;
  portion.write(0, rows, { labels, probabilities, weights: undefined }, classes, kernels);
  const half = Math.ceil(positives / 2);
  const parts = [own.slice(0, half), own.slice(half)];
  const inKernels = new KernelCounter(kernels, memory.memory, { positive, parts, classes }, places);
  inKernels.count(portion, rows);
  expect(inKernels.summary()).toEqual(rankedSummary(counter));
});
