import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  promises,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type * as CommandLine from "../../src/cli/index.ts";
import { writeModel } from "../../src/graph/index.ts";
import { nn } from "../../src/nn/index.ts";
import { readRun } from "../../src/runs/index.ts";
import { idxBytes } from "../data/idx-bytes.ts";
import { writeStripes } from "./stripes.ts";

/**
 * Every kind of bad input that `onward train` may meet, and the sentence that each gets. The built command line runs in this process, so
 * that a full disk and the like can be had anywhere: the functions that write are replaced.
 */
const root = mkdtempSync(join(tmpdir(), "onward-bad-"));
const built = new URL("../../dist/cli/index.js", import.meta.url).href;
const { commands, runCommandLine } = (await import(built)) as typeof CommandLine;
const path = (...names: string[]) => join(root, ...names);
const originals = { open: promises.open, mkdir: promises.mkdir };

/** Runs a command line; `seen` is told what is printed. Paths in what comes back are those within the folder of this test. */
async function onward(args: readonly string[], seen: (text: string) => void = () => {}) {
  let [out, err] = ["", ""];
  const code = await runCommandLine(args, commands, {
    stdout: { write: (text: string) => (seen(text), (out += text), true) },
    stderr: { write: (text: string) => ((err += text), true) },
    signal: new AbortController().signal,
  });
  // Which samples are named first, and which devices there are, differs between machines.
  const alike = err.replaceAll(`${root}/`, "").replace(/ samples \d[^)]*/, " samples ..");
  return { code, out, err: alike.replace(/(one of cpu, )[^"]*(, got)/, "$1..$2") };
}

/** Replaces what writes files, for one test. */
function replace(name: keyof typeof originals, by: (...args: never[]) => unknown): void {
  Object.assign(promises, { [name]: by });
  syncBuiltinESMExports();
}
function restore(): void {
  Object.assign(promises, originals);
  syncBuiltinESMExports();
  vi.restoreAllMocks();
}
afterEach(restore);

const failure = (code: string, text: string) => Object.assign(new Error(`${code}: ${text}`), { code });
const folders = ["rose", "tulip"];

async function writeImages(folder: string): Promise<void> {
  for (const [i, kind] of folders.entries()) {
    mkdirSync(path(folder, kind), { recursive: true });
    for (let n = 0; n < 10; n++) {
      const pixels = Buffer.alloc(3 * 16 * 16, 60 + 100 * i + n);
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
        .png()
        .toFile(path(folder, kind, `${n}.png`));
    }
  }
}

const rows = (...lines: string[]) => `${lines.join("\n")}\n`;
const good = ["a,b,kind", ...Array.from({ length: 20 }, (_, i) => `${i},${i % 3},${i % 2 === 0 ? "x" : "y"}`)];

beforeAll(async () => {
  writeStripes(path("stripes"));
  await writeImages("flowers");
  for (const [name, content] of Object.entries({
    good: rows(...good),
    missing: rows(...good, ",1,x"),
    unlabelled: rows(...good, "1,1,"),
    twice: rows("a,a,kind", ...good.slice(1)),
    ragged: rows(...good, "1,2,x,4"),
    empty: "",
    headed: rows("a,b,kind"),
    newcomer: rows("a,b,kind", "1,1,z"),
    words: rows("a,b,kind", "some,1,x"),
    reviews: rows("text,kind", ...good.slice(1).map((_, i) => `text ${i},${i % 2}`)),
  })) {
    writeFileSync(path(`${name}.csv`), content);
  }
  writeFileSync(path("config.yaml"), "epoch: 3\n");
  writeFileSync(path("list.yaml"), "- 1\n");
  writeFileSync(path("tokenizer.json"), "{}");
  writeFileSync(path("text.onnx"), "not a model");
  writeFileSync(path("cut.parquet"), "PAR1");
  mkdirSync(path("npy"));
  writeFileSync(path("npy", "inputs.npy"), "nonsense");
  const network = (inputs: number, outputs: number) =>
    writeModel(nn.sequential([nn.linear(inputs, outputs)], { seed: 1 }).toModel([inputs]));
  writeFileSync(path("wide.onnx"), network(7, 3));
  writeFileSync(path("few.onnx"), writeModel(nn.sequential([nn.flatten(), nn.linear(64, 2)]).toModel([1, 8, 8])));
  cpSync(path("flowers"), path("corrupt"), { recursive: true });
  writeFileSync(path("corrupt", "rose", "3.png"), "no image");
  mkdirSync(path("bare", "rose"), { recursive: true });
  cpSync(path("flowers"), path("hollow"), { recursive: true });
  mkdirSync(path("hollow", "weed"));
  mkdirSync(path("taken"));
  writeFileSync(path("taken", "notes"), "mine");
  cpSync(path("stripes"), path("unequal"), { recursive: true });
  writeFileSync(path("unequal", "train-labels-idx1-ubyte"), idxBytes(8, [3], Uint8Array.of(0, 1, 2)));
  copyFileSync(path("stripes", "train-images-idx3-ubyte"), path("alone"));
});
afterAll(() => rmSync(root, { recursive: true }));

const stripes = ["--data", `idx:${path("stripes")}`];
const images = (folder: string) => ["--data", `images:${path(folder)}`, "--image-size", "8"];
const csv = (name: string, ...more: string[]) => ["--data", `csv:${path(`${name}.csv`)}`, "--label", "kind", ...more];
const mlp = ["--model", "mlp:4"];

/** What is wrong, the exit code, the options, and the sentence. */
const cases: [string, number, string[], string][] = [
  ["no data", 2, mlp, "Expected --data mnist|idx:DIR|images:DIR|csv:FILE|npy:DIR|parquet:FILE, got none."],
  [
    "data of no kind",
    2,
    ["--data", "zip:x", ...mlp],
    'Expected --data to be mnist, idx:DIR, images:DIR, csv:FILE, npy:DIR, parquet:FILE, got "zip:x".',
  ],
  [
    "an option that means nothing for the data",
    2,
    [...stripes, "--label", "a", ...mlp],
    "Expected no options about data with --data idx:stripes, got --label.",
  ],
  ["no model", 2, stripes, "Expected --model mlp:WIDTHS|cnn|FILE.onnx, got none."],
  [
    "a model of no kind",
    2,
    [...stripes, "--model", "rnn"],
    'Expected --model to be mlp:WIDTHS (like mlp:256,128), cnn or FILE.onnx, got "rnn".',
  ],
  [
    "a model file that is not there",
    1,
    [...stripes, "--model", path("none.onnx")],
    'Expected to read "none.onnx", got no such file.',
  ],
  [
    "a model file that is none",
    1,
    [...stripes, "--model", path("text.onnx")],
    "Expected an ONNX model, got 11 bytes that end early or are something else (text.onnx).",
  ],
  [
    "a model for samples of another shape",
    1,
    [...stripes, "--model", path("wide.onnx")],
    'Expected shape [N, 7], got [64, 1, 8, 8] (input "input" of the model).',
  ],
  [
    "a model with too few classes",
    1,
    [...stripes, "--model", path("few.onnx")],
    "Expected label to be in [0, 2), got 2 (idx:stripes (train), sample 0). A model with too few classes gets a fresh head by --classes, or replaceHead.",
  ],
  [
    "a head of other classes than the data's",
    2,
    [...stripes, "--model", path("few.onnx"), "--classes", "9"],
    "Expected --classes 3, as many as the data names, got 9 (idx:stripes (train)).",
  ],
  [
    "a frozen parameter that is not there",
    2,
    [...stripes, "--model", path("few.onnx"), "--classes", "3", "--freeze", "fc"],
    'Expected freeze to fit a parameter, got "fc". The parameters are 1.weight, 1.bias.',
  ],
  [
    "a misspelt option",
    2,
    [...stripes, ...mlp, "--epoch", "3"],
    'Expected an option of "onward train", got --epoch. The nearest is --epochs.',
  ],
  [
    "a number that is none",
    2,
    [...stripes, ...mlp, "--epochs", "many"],
    'Expected --epochs to be an integer of at least 1, got "many".',
  ],
  [
    "a warm-up as long as the run",
    2,
    [...stripes, ...mlp, "--warmup-epochs", "5"],
    "Expected --warmup-epochs to be below the run's 5 epochs, got 5.",
  ],
  [
    "a monitor of a phase that is not there",
    2,
    [...stripes, ...mlp, "--monitor", "test.loss"],
    'Expected a phase of train, val, got "test" (monitor test.loss).',
  ],
  [
    "a monitor of a field that there is not",
    2,
    [...stripes, ...mlp, "--monitor", "val.acuracy"],
    'Expected a field of loss, accuracy, lossSum, lossWeight, lossStandardError, batchMeanLoss, batchMeanBias, correct, nonFinite, samples, ignored, batches, datasetSize, seconds, waitSeconds, samplesPerSecond, got "acuracy" (monitor val.acuracy).',
  ],
  [
    "a monitor of a metric that was not asked for",
    2,
    [...stripes, ...mlp, "--monitor", "val.f1", "--metrics", "mcc"],
    'Expected a field of loss, accuracy, lossSum, lossWeight, lossStandardError, batchMeanLoss, batchMeanBias, correct, nonFinite, samples, ignored, batches, datasetSize, seconds, waitSeconds, samplesPerSecond, mcc, got "f1" (monitor val.f1). Ask for the metric, too: metrics (--metrics) with f1.',
  ],
  [
    "a metric that there is not",
    2,
    [...stripes, ...mlp, "--metrics", "f2"],
    'Expected a metric of precision, precision.micro, precision.macro, precision.weighted, recall, recall.micro, recall.macro, recall.weighted, f1, f1.micro, f1.macro, f1.weighted, specificity, specificity.micro, specificity.macro, specificity.weighted, jaccard, jaccard.micro, jaccard.macro, jaccard.weighted, balancedAccuracy, kappa, mcc, rocAuc, averagePrecision, brier, ece, top5, got "f2".',
  ],
  [
    "class weights for other classes",
    2,
    [...stripes, ...mlp, "--class-weights", "1,2"],
    "Expected classWeights to have 3 numbers, one per column of the scores, got 2 (crossEntropy).",
  ],
  [
    "batches larger than the data, all of them dropped",
    2,
    [...stripes, ...mlp, "--batch-size", "999", "--drop-last"],
    "Expected --batch-size of at most 500, as many as there are train samples, with --drop-last, got 999.",
  ],
  [
    "a configuration file with a misspelt option",
    2,
    [...stripes, ...mlp, "--config", path("config.yaml")],
    'Expected an option of "onward train", got "epoch" (config.yaml). The nearest is epochs.',
  ],
  [
    "a configuration file without names",
    1,
    [...stripes, ...mlp, "--config", path("list.yaml")],
    "Expected options by their names, got [1] (list.yaml).",
  ],
  ["a setting without a value", 2, [...stripes, ...mlp, "--set", "epochs"], 'Expected --set KEY=VALUE, got "epochs".'],
  [
    "a run to go on with that is not there",
    1,
    ["--resume", path("nowhere")],
    "Expected a run folder's file, got no such file (nowhere/run.json).",
  ],
  [
    "a run folder that is taken",
    2,
    [...stripes, ...mlp, "--out", path("taken")],
    "Expected a new or an empty folder for the run, got one that holds a file (taken).",
  ],
  [
    "a run folder below a file",
    2,
    [...stripes, ...mlp, "--out", path("alone", "run")],
    "Expected a new or an empty folder for the run, got a file, or a folder that another run has taken (alone/run).",
  ],
  [
    "a folder of data that is not there",
    1,
    ["--data", `idx:${path("none")}`, ...mlp],
    "Expected a folder with IDX files, got none that can be read (none).",
  ],
  [
    "a folder without IDX files",
    1,
    ["--data", `idx:${path("flowers")}`, ...mlp],
    "Expected a file named train-images-idx3-ubyte, or the same with .gz, got none (flowers).",
  ],
  [
    "more images than labels",
    1,
    ["--data", `idx:${path("unequal")}`, ...mlp],
    "Expected as many labels as samples, 500 of the inputs, got 3 labels (idx:unequal (train)).",
  ],
  [
    "an NPY file that is none",
    1,
    ["--data", `npy:${path("npy")}`, ...mlp],
    "Expected an NPY file of version 1 to 3, got bytes 0000000000000000 (npy/inputs.npy).",
  ],
  [
    "a folder of images that is not there",
    1,
    [...images("none"), ...mlp],
    "Expected a folder of images, got none of that name (none).",
  ],
  [
    "a folder of images without classes",
    1,
    [...images("npy"), ...mlp],
    "Expected a folder with one folder a class, got none in it (npy).",
  ],
  [
    "a class without images",
    1,
    [...images("hollow"), ...mlp],
    'Expected images of class "weed" (.jpg .jpeg .png .webp .tif .tiff .gif .avif), got none (hollow/weed).',
  ],
  [
    "a corrupt image",
    1,
    [...images("corrupt"), ...mlp],
    "Expected a whole image, got a file that contains unsupported image format (corrupt/rose/3.png). " +
      "Put a whole one in its place, or leave out what is corrupt with skipCorrupt (--skip-corrupt).",
  ],
  [
    "an augmentation that there is not",
    2,
    [...images("flowers"), ...mlp, "--augment", "mirror"],
    'Expected --augment to be none, or some of crop, flip, rotate:DEGREES, color:STRENGTH, got "mirror".',
  ],
  ["a table that is not there", 1, [...csv("none"), ...mlp], 'Expected a file to read, got no such file ("none.csv").'],
  ["an empty table", 1, [...csv("empty"), ...mlp], "Expected rows, got an empty file (empty.csv)."],
  ["a table without rows", 1, [...csv("headed"), ...mlp], "Expected at least one row, got none (headed.csv)."],
  [
    "a table with a row of other columns",
    1,
    [...csv("ragged"), ...mlp],
    "Expected 3 cells, as in the header, got 4 (ragged.csv, line 22).",
  ],
  [
    "a table with two columns of one name",
    1,
    [...csv("twice"), ...mlp],
    'Expected columns of different names, got "a" twice (twice.csv).',
  ],
  [
    "a table that is cut off",
    1,
    ["--data", `parquet:${path("cut.parquet")}`, "--label", "kind", ...mlp],
    "Expected a whole Parquet file, got a damaged one: File 'cut.parquet' too small to be a Parquet file (cut.parquet).",
  ],
  [
    "no column of labels",
    2,
    ["--data", `csv:${path("good.csv")}`, ...mlp],
    "Expected label to name the column of class labels, got none (good.csv).",
  ],
  [
    "a column of labels that is not there",
    1,
    ["--data", `csv:${path("good.csv")}`, "--label", "class", ...mlp],
    'Expected a column "class", got "a", "b", "kind" (good.csv).',
  ],
  [
    "a missing value",
    1,
    [...csv("missing"), ...mlp],
    'Expected a value in column "a", got none (missing.csv, row 20). Fill it in, or let missing be "impute" (--missing impute).',
  ],
  [
    "a missing label",
    1,
    [...csv("unlabelled"), ...mlp],
    'Expected a label in column "kind", got none (unlabelled.csv, row 20).',
  ],
  [
    "a val class that train has not",
    1,
    [...csv("good", "--val-file", path("newcomer.csv")), ...mlp],
    'Expected a class of "x", "y", got "z" (newcomer.csv, row 0).',
  ],
  [
    "a val category that train has not",
    1,
    [...csv("good", "--categories", "b", "--val-file", path("words.csv")), ...mlp],
    'Expected column "a" to hold numbers, got "some" (words.csv). Tell what marks a missing value (--missing-values), or have the column read as categories (--categories).',
  ],
  [
    "a text without a tokenizer",
    2,
    [...csv("reviews", "--text", "text"), ...mlp],
    "Expected --tokenizer FILE with --text COL, got none.",
  ],
  [
    "a tokenizer that is none",
    1,
    [...csv("reviews", "--text", "text", "--tokenizer", path("tokenizer.json")), ...mlp],
    'Expected a tokenizer.json of Hugging Face\'s, got "{}" (tokenizer.json).',
  ],
  [
    "a device that there is not",
    2,
    [...stripes, ...mlp, "--provider", "abacus"],
    'Expected provider to be one of cpu, .., got "abacus".',
  ],
  [
    "a rate at which the loss diverges",
    1,
    [...stripes, ...mlp, "--optimizer", "sgd", "--learning-rate", "1e38"],
    "Expected a finite loss, got NaN (epoch 1, train, batch 2, idx:stripes (train) samples ..). Look at these samples, lower the learning rate, clip the gradients by their norm (--clip-norm), or leave such steps out with onNonFinite (--on-nonfinite skip).",
  ],
];

describe("bad input gets one sentence:", () => {
  test("of forty kinds and more", () => expect(cases.length + 6).toBeGreaterThanOrEqual(40));

  test.each(cases)("%s", async (_, code, args, sentence) => {
    rmSync(path("failed"), { recursive: true, force: true });
    const free = args.includes("--out") || args.includes("--resume") ? [] : ["--out", path("failed")];
    const result = await onward(["train", ...args, ...free]);
    expect(
      result.err
        .trimEnd()
        .split("\n")
        .filter((line) => line.includes("Expected")),
    ).toEqual([result.err.trimEnd().split("\n").at(-1)]);
    expect([result.code, result.err.trimEnd()]).toEqual([code, `onward: ${sentence}`]);
  });
});

const long = [...images("vanishing"), ...mlp, "--epochs", "200", "--batch-size", "4", "--threads", "1"];

/** Runs until something happens after the first epoch; what was written before has to be whole, and to be gone on with. */
async function interrupted(name: string, args: readonly string[], happen: () => void) {
  let epochs = 0;
  const result = await onward(["train", ...args, "--out", path(name)], (text) => {
    if (/^ +\d+ +val/m.test(text) && ++epochs === 2) happen();
  });
  const { reports } = await readRun(path(name));
  expect(reports.length).toBeGreaterThanOrEqual(4);
  restore();
  return { ...result, reports: reports.length };
}

/** How a run says that it goes on; the step is where its newest checkpoint stands. */
function goOn(name: string, err: string): string {
  const step = Number(/after step (\d+)/.exec(err)?.[1]);
  const newest = readdirSync(path(name, "checkpoints")).sort().at(-1) ?? "";
  expect(Number(newest.split("-")[1])).toBe(step);
  return `Onward train --resume ${name} goes on from the last good checkpoint, after step ${step}.`;
}

async function goesOn(name: string): Promise<void> {
  const before = (await readRun(path(name))).reports;
  const again = await onward(["train", "--resume", path(name), "--epochs", "202"]);
  expect([again.code, again.err]).toEqual([0, ""]);
  const { reports } = await readRun(path(name));
  expect(reports.length).toBe(404);
  expect(reports.slice(0, 4).map(({ lossSum }) => lossSum)).toEqual(before.slice(0, 4).map(({ lossSum }) => lossSum));
}

describe("what happens to a run on its way gets one sentence, and nothing written before is lost:", () => {
  const running = [...stripes, ...mlp, "--epochs", "200", "--threads", "1"];

  test("a full disk", async () => {
    const { code, err } = await interrupted("full", running, () =>
      replace("open", () => Promise.reject(failure("ENOSPC", "no space left on device, open"))),
    );
    expect([code, err.trimEnd()]).toEqual([
      1,
      "onward: Expected to write a file, got ENOSPC: no space left on device, open (full/model.onnx). " +
        goOn("full", err),
    ]);
    await goesOn("full");
  });

  test("data that vanishes, and comes back", async () => {
    cpSync(path("flowers"), path("vanishing"), { recursive: true });
    const { code, err } = await interrupted("vanished", long, () => rmSync(path("vanishing"), { recursive: true }));
    // which of the images was about to be read is up to chance
    const missing = /\(vanishing\/([^)]+)\)/.exec(err)?.[1] ?? "";
    expect(readdirSync(path("flowers"), { recursive: true })).toContain(join(missing));
    expect([code, err.trimEnd()]).toEqual([
      1,
      `onward: Expected an image to read, got no such file (vanishing/${missing}). ${goOn("vanished", err)}`,
    ]);
    cpSync(path("flowers"), path("vanishing"), { recursive: true });
    await goesOn("vanished");
  });

  test("a thread of the image decoder that dies", async () => {
    cpSync(path("flowers"), path("vanishing"), { recursive: true });
    const ends: Promise<number>[] = [];
    const { code, err } = await interrupted("killed", long, () => {
      vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker) {
        ends.push(this.terminate());
      });
    });
    // The threads are shared: another one that was on its way to its end would answer the resumed run.
    await Promise.all(ends);
    expect([code, err.trimEnd()]).toEqual([
      1,
      "onward: Expected the thread that decodes images to answer, got its end (exit code 1). " + goOn("killed", err),
    ]);
    await goesOn("killed");
  });

  test("a folder that nobody may write to", async () => {
    replace("mkdir", () => Promise.reject(failure("EROFS", "read-only file system, mkdir")));
    const { code, err } = await onward(["train", ...running, "--out", path("readonly")]);
    expect([code, err.trimEnd()]).toEqual([
      1,
      "onward: Expected to make a run folder, got EROFS: read-only file system, mkdir (readonly).",
    ]);
  });

  test("corrupt images, left out and counted where that is asked for", async () => {
    const { code, err } = await onward([
      "train",
      ...images("corrupt"),
      ...mlp,
      "--skip-corrupt",
      "--out",
      path("left"),
    ]);
    expect([code, err.trimEnd()]).toEqual([
      0,
      'onward: left out of train a file that cannot be decoded: "corrupt/rose/3.png"',
    ]);
  });

  test("a checkpoint that is damaged: the one before is gone on with", async () => {
    const short = [...stripes, ...mlp, "--epochs", "3", "--threads", "1", "--out", path("damaged")];
    expect((await onward(["train", ...short])).code).toBe(0);
    const names = (await promises.readdir(path("damaged", "checkpoints"))).sort();
    const last = path("damaged", "checkpoints", names.at(-1) ?? "", "model.safetensors");
    const bytes = readFileSync(last);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(last, bytes);
    const { code, err } = await onward(["train", "--resume", path("damaged"), "--epochs", "4"]);
    expect([code, err.trimEnd()]).toEqual([
      0,
      "onward: passed over: Expected 1372 bytes with the hash that the checkpoint's record names, got 1372 other bytes (damaged/checkpoints/step-000000024-epoch-3/model.safetensors).",
    ]);
    expect((await readRun(path("damaged"))).reports.length).toBe(8);
  });
});
