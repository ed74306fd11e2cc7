import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { adamw, crossEntropy, nn, Trainer, type PhaseReport } from "../../src/index.ts";
import { schedules } from "../../src/optimizers/index.ts";
import {
  Checkpoints,
  divergenceWarning,
  earlyStopping,
  namedMetric,
  type CheckpointOptions,
  type TrainerOptions,
} from "../../src/train/index.ts";

const root = mkdtempSync(join(tmpdir(), "onward-resume-"));
afterAll(() => rmSync(root, { recursive: true }));

const random = new Random(3, "samples");
const samples = 101;
const source = arrays({
  inputs: { data: Float32Array.from({ length: samples * 6 }, () => random.normal()), dims: [samples, 6] },
  labels: Array.from({ length: samples }, (_, i) => (i % 7 === 3 ? -100 : random.integer(3))),
});
const epochs = 4;

/** Everything that has a memory: dropout, batch norm, a schedule, momentum, averages, accumulation and callbacks. */
function trainer(options: Partial<TrainerOptions> = {}): Trainer {
  const layers = [nn.linear(6, 12), nn.batchNorm(12), nn.relu(), nn.dropout(0.3), nn.linear(12, 3)];
  return new Trainer({
    model: nn.sequential(layers, { seed: 1 }),
    criterion: crossEntropy({ classWeights: [1, 2, 0.5] }),
    optimizer: adamw({ learningRate: schedules.cosine({ base: 0.02, steps: 40 }) }),
    averageDecay: 0.9,
    clipNorm: 0.5,
    seed: 5,
    metrics: ["f1", "rocAuc", "ece", "brier", "top2"].map(namedMetric),
    callbacks: [earlyStopping({ patience: 3 }), divergenceWarning()],
    ...options,
  });
}

/** Trains until the end, or until the signal stops it after some calls of the runtime. */
async function run(
  folder: string,
  stopAfter: number,
  options: Partial<TrainerOptions>,
  every: CheckpointOptions,
): Promise<{ reports: PhaseReport[]; bytes: Uint8Array; calls: number; from: number }> {
  const checkpoints = new Checkpoints(join(root, folder), every);
  const one = trainer(options);
  const abort = new AbortController();
  let calls = 0;
  one.on("progress", () => {
    if (++calls === stopAfter) abort.abort();
  });
  const resume = await checkpoints.latest();
  const reports: PhaseReport[] = [];
  const given = { epochs, batchSize: 10, checkpoints, resume, signal: abort.signal };
  try {
    for await (const report of one.fit({ train: source, val: source }, given)) reports.push(report);
  } catch (error) {
    expect(error).toBe(abort.signal.reason);
  }
  const bytes = await one.toOnnx();
  await one.release();
  return { reports, bytes, calls, from: resume?.reports ?? 0 };
}

function timeless({ seconds: _, waitSeconds: __, samplesPerSecond: ___, ...rest }: PhaseReport) {
  return rest;
}

describe.each([
  ["one batch a step", {}],
  ["three batches a step", { accumulate: 3 }],
] as const)("a run that is stopped again and again, %s", (name, options) => {
  test("gives the reports and the parameters of one that is not, to the bit", async () => {
    const whole = await run(`${name}-whole`, Infinity, options, {});
    expect(whole.reports.length).toBe(2 * epochs);
    const stops = new Random(2, name);
    let reports: PhaseReport[] = [];
    let last: Uint8Array | undefined;
    let runs = 0;
    while (reports.length < whole.reports.length) {
      const part = await run(`${name}-parts`, 1 + stops.integer(9), options, { everySteps: 4 });
      // What a run reported after its last checkpoint is reported again.
      reports = [...reports.slice(0, part.from), ...part.reports];
      last = part.bytes;
      runs++;
    }
    expect(runs).toBeGreaterThan(5);
    expect(reports.map(timeless)).toEqual(whole.reports.map(timeless));
    expect(Buffer.compare(last!, whole.bytes)).toBe(0);
  });
});

test("a run that has ended goes on to nothing", async () => {
  const first = await run("ended", Infinity, {}, {});
  const again = await run("ended", Infinity, {}, {});
  expect(first.reports.length).toBe(2 * epochs);
  expect(again.reports).toEqual([]);
  expect(Buffer.compare(again.bytes, first.bytes)).toBe(0);
});

test("a damaged checkpoint is told and passed over", async () => {
  await run("damaged", Infinity, {}, { keepLast: 3 });
  const folder = join(root, "damaged");
  const [third = "", fourth = ""] = readdirSync(folder).sort().slice(-2);
  truncateSync(join(folder, fourth, "training.safetensors"), 100);
  const told: string[] = [];
  const snapshot = await new Checkpoints(folder).latest(({ message }) => told.push(message));
  expect(snapshot?.epoch).toBe(3);
  expect(told).toEqual([
    expect.stringMatching(/^Expected \d+ bytes with the hash that the checkpoint's record names, got 100 other bytes/),
  ]);
  writeFileSync(join(folder, third, "state.json"), '{"checkpoint":1,');
  expect((await new Checkpoints(folder).latest())?.epoch).toBe(2);
});

test("the best epoch's checkpoint is kept beside the last ones, and restored", async () => {
  // The first epoch is the best: at a rate of 300, a weight decay of 0.01 turns around and doubles what it touches, in every step.
  const options = {
    optimizer: adamw({ learningRate: (step) => (step < 11 ? 0.01 : 300) }),
    callbacks: [],
    monitor: "val.loss",
  } as const;
  const first = await run("best", Infinity, options, { keepLast: 1 });
  const losses = first.reports.filter(({ phase }) => phase === "val").map(({ loss }) => loss!);
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(best).toBeLessThan(epochs);
  const kept = readdirSync(join(root, "best")).map((name) => Number(name.split("-epoch-")[1]));
  expect(kept.sort()).toEqual([best, epochs]);

  const checkpoints = new Checkpoints(join(root, "best"));
  const one = trainer(options);
  const resume = await checkpoints.latest();
  expect(await one.fit({ train: source, val: source }, { epochs, batchSize: 10, checkpoints, resume }).next()).toEqual({
    done: true,
  });
  expect(one.bestEpoch).toBe(best);
  await one.restoreBest();
  expect((await one.evaluate(source, { batchSize: 10 })).loss).toBe(losses[best - 1]);
});

test("a checkpoint of another model or of other data is refused", async () => {
  await run("other", Infinity, {}, {});
  const resume = await new Checkpoints(join(root, "other")).latest();
  const fit = (one: Trainer, data = source) =>
    one.fit({ train: data, val: data }, { epochs: 9, batchSize: 10, resume }).next();
  const wider = nn.sequential([nn.linear(6, 3)], { seed: 1 });
  await expect(fit(trainer({ model: wider }))).rejects.toThrow(
    /^Expected .* \(checkpoint\)\. Go on with the same model/,
  );
  await expect(fit(trainer({ averageDecay: undefined }))).rejects.toThrow("Expected no such state, got");
  const fewer = arrays({
    inputs: { data: new Float32Array(60), dims: [10, 6] },
    labels: new Array<number>(10).fill(0),
  });
  await expect(fit(trainer(), fewer)).rejects.toThrow(
    "Expected the data that the run began with: 101 train samples, 101 val samples, got 10 train samples, 10 val samples (checkpoint).",
  );
});

test("nothing hidden is left behind, and the files are what Python's safetensors reads", async () => {
  await run("files", Infinity, {}, { everySteps: 3 });
  const names = readdirSync(join(root, "files"));
  expect(names.filter((name) => name.startsWith("."))).toEqual([]);
  const bytes = readFileSync(join(root, "files", names.at(-1)!, "model.safetensors"));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, { dtype: string }>;
  expect(header["0.weight"]?.dtype).toBe("F32");
});
