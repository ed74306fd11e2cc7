import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { EventFile, readRun, RunFolder, type RunRecord } from "../runs/index.ts";
import type { BestEpoch, PhaseReport, TrainingControl } from "../train/index.ts";
import { TrainingRecord } from "./training-record.ts";

const root = mkdtempSync(join(tmpdir(), "onward-record-"));
afterAll(() => rmSync(root, { recursive: true }));

const record: RunRecord = { run: 1, started: "now", options: {}, versions: {}, platform: {} };
const counts = {
  samples: 10,
  ignored: 0,
  batches: 1,
  datasetSize: 10,
  nonFinite: 0,
  seconds: 10,
  waitSeconds: 1,
  samplesPerSecond: 1,
};
const control: TrainingControl = {
  epoch: 1,
  isBest: false,
  best: undefined,
  steps: 1,
  scheduledRate: 1,
  learningRate: 1,
  setRateFactor: () => undefined,
  stop: () => undefined,
  warn: () => undefined,
};
const begin = async (path: string, toOnnx = async () => Uint8Array.of(1)) =>
  TrainingRecord.begin({ folder: await RunFolder.create(path), record, toOnnx });
const val = (epoch: number, accuracy: number, loss: number): PhaseReport => ({
  ...counts,
  phase: "val",
  mode: "eval",
  epoch,
  accuracy,
  loss,
});

test("keeps the last model and the best", async () => {
  const path = join(root, "run");
  let epoch = 0;
  const kept = await begin(path, async () => Uint8Array.of(epoch));
  let best: BestEpoch | undefined;
  for (const report of [val(1, 0.5, 1), val(2, 0.75, 1), val(3, 0.75, 2), val(4, 0.9, NaN)]) {
    epoch = report.epoch ?? 0;
    await kept.add({ ...counts, phase: "train", mode: "train", epoch });
    await kept.add(report);
    const isBest = epoch <= 2;
    if (isBest) best = { epoch, report, value: NaN };
    await kept.keepModels({ ...control, epoch, isBest, best });
  }
  await kept.end("finished");
  expect([...readFileSync(join(path, "model.onnx"))]).toEqual([4]);
  expect([...readFileSync(join(path, "best.onnx"))]).toEqual([2]);
  const run = await readRun(path);
  expect(run.record.best).toEqual({ epoch: 2, accuracy: 0.75, loss: 1 });
  expect(run.record.ended?.outcome).toBe("finished");
  expect(run.reports.map(({ phase, epoch }) => `${String(phase)} ${String(epoch)}`)).toEqual(
    [1, 2, 3, 4].flatMap((epoch) => [`train ${epoch}`, `val ${epoch}`]),
  );
  expect(kept.summary()).toBe(
    `Saved ${path}\n  model.onnx  epoch 4, the last\n  best.onnx   epoch 2, val accuracy 75.00 %\n`,
  );
});

test("the best is described by what it was told by", async () => {
  const path = join(root, "monitored");
  const kept = await begin(path);
  const report = { ...val(3, 0.75, 0.4), metrics: { "f1.micro": 0.5 } };
  const told = async (monitor: string, value: number) => {
    await kept.keepModels({ ...control, epoch: 3, isBest: true, best: { epoch: 3, report, monitor, value } });
    return kept.summary().split("\n")[2];
  };
  expect(await told("val.accuracy", 0.75)).toBe("  best.onnx   epoch 3, val accuracy 75.00 %");
  expect(await told("val.f1.micro", 0.5)).toBe("  best.onnx   epoch 3, val f1.micro 0.500000");
  expect(await told("val.loss", 0.4)).toBe("  best.onnx   epoch 3, val loss 0.400000");
  await kept.end("finished");
  const best = { epoch: 3, monitor: "val.loss", value: 0.4, accuracy: 0.75, loss: 0.4 };
  expect((await readRun(path)).record.best).toEqual(best);
});

test("a run that is stopped stays, and says so", async () => {
  const path = join(root, "stopped");
  const kept = await begin(path);
  await kept.end("stopped");
  expect((await readRun(path)).record.ended?.outcome).toBe("stopped");
  expect(kept.summary()).toBe(`Saved ${path}\n`);
});

test("a run that fails before its first report leaves nothing, a later one what it has", async () => {
  const path = join(root, "failed");
  const none = await begin(path);
  await none.end("failed");
  expect(existsSync(path)).toBe(false);
  const some = await begin(path);
  await some.add({ ...counts, phase: "train", mode: "train", epoch: 1 });
  await some.end("failed");
  expect((await readRun(path)).reports.length).toBe(1);
});

test("a run that cannot begin leaves nothing, and can be tried again", async () => {
  const path = join(root, "full");
  const folder = await RunFolder.create(path);
  const writeRun = () => Promise.reject(new Error("no space left"));
  const full = Object.assign(Object.create(folder) as RunFolder, { writeRun });
  full.discard = () => folder.discard();
  await expect(TrainingRecord.begin({ folder: full, record, toOnnx: async () => Uint8Array.of(1) })).rejects.toThrow(
    "no space left",
  );
  expect(existsSync(path)).toBe(false);
});

test("a run that goes on from its beginning keeps its folder, and makes void what its events said", async () => {
  const path = join(root, "anew");
  const first = await begin(path);
  await first.add(val(1, 0.5, 1));
  await first.end("failed");
  const folder = await RunFolder.reopen(path, 0);
  const again = await TrainingRecord.begin({
    folder,
    record,
    toOnnx: async () => Uint8Array.of(1),
    resumed: { snapshot: undefined },
  });
  await again.end("failed");
  expect((await readRun(path)).record.ended?.outcome).toBe("failed");
  const events = readdirSync(path).filter((name) => name.includes("tfevents"));
  const sizes = events.sort().map((name) => readFileSync(join(path, name)).length);
  const versionAlone = statSync((await EventFile.create(join(root, "events"))).path).size;
  const withStart = statSync((await EventFile.create(join(root, "events"), { from: 1 })).path).size;
  expect(withStart).toBeGreaterThan(versionAlone);
  expect(sizes.at(-1)).toBe(withStart);
});
