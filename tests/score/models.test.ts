import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  GraphBuilder,
  metadataKeys,
  tensorData,
  workingModel,
  writeModel,
  readModelFile,
} from "../../src/graph/index.ts";
import { nn } from "../../src/index.ts";
import type { ScoreReport } from "../../src/score/index.ts";
import { writeStripes } from "../cli/stripes.ts";
import { folder } from "./files.ts";
import { onward } from "./in-process.ts";

/** 64 pixels to 3 classes. */
const linear = () => nn.sequential([nn.flatten(), nn.linear(64, 3)], { seed: 3 }).toModel([1, 8, 8]);

const at = folder();
const data = `idx:${at}`;
const model = join(at, "model.onnx");
const run = (...args: string[]) => onward(args);

beforeAll(async () => {
  writeStripes(at);
  writeFileSync(model, writeModel(linear()));
});

test("a model that was trained on its logits says so in its file", async () => {
  const built = linear();
  const file = join(at, "trained.onnx");
  writeFileSync(
    file,
    writeModel({ ...built, metadata: new Map([...built.metadata, [metadataKeys.scores, '"logits"']]) }),
  );
  const words = ["--data", data, "--json"];
  const told = await run("score", "--model", model, "--kind", "logits", ...words);
  expect(await run("score", "--model", file, ...words)).toEqual(told);
  const { code, err } = await run("score", "--model", file, "--kind", "probabilities", ...words);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("Expected --kind logits, as the model was trained, got probabilities"),
  ]);
});

describe("onward predict", () => {
  test.each(["parquet", "csv", "csv.gz", "tsv", "jsonl", "jsonl.gz"])(
    "into .%s is scored to the bits of score --model",
    async (ending) => {
      const out = join(at, `predictions.${ending}`);
      const predicted = await run("predict", "--model", model, "--data", data, "--kind", "logits", "--out", out);
      expect(predicted).toEqual({ code: 0, err: "", out: `90 predictions written to ${out}\n` });
      const words = ["--kind", "logits", "--top-k", "1,2", "--json"];
      const scored = await run("score", out, "--label", "label", "--scores", "scores", ...words);
      const direct = await run("score", "--model", model, "--data", data, ...words);
      expect([scored.code, direct.code, direct.err]).toEqual([0, 0, ""]);
      expect(scored.out).toBe(direct.out);
      const report = JSON.parse(direct.out) as ScoreReport;
      expect(report).toMatchObject({ samples: 90, ignored: 0, nonFinite: 0 });
      // The losses that are written are those that the scores come to.
      const byLoss = await run("score", out, "--label", "label", "--loss", "loss", "--json");
      expect((JSON.parse(byLoss.out) as ScoreReport).loss).toBe(report.loss);
    },
  );
});

/** The factor of a pixel in the score of a class. */
const factor = (pixel: number, k: number) => ((pixel % 8) - 3.5) * (k - 1) * 0.01 + (k === 2 ? 0.02 : 0);

/** A linear model of 8 x 8 pixels, whose scores go through an op at the end, in a file. */
function fileOf(name: string, end: string, preprocessing?: object): string {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 1, 8, 8]);
  const factors = Array.from({ length: 192 }, (_, i) => factor(Math.floor(i / 3), i % 3));
  const scores = g.op("MatMul", [g.op("Flatten", [x]), g.constant(tensorData("float32", [64, 3], factors))]);
  g.output("scores", g.op(end, [scores]));
  const built = workingModel(g.build("test"));
  const metadata = new Map(preprocessing && [[metadataKeys.preprocessing, JSON.stringify(preprocessing)]]);
  const file = join(at, name);
  writeFileSync(file, writeModel({ ...built, metadata }));
  return file;
}

describe("the scores of a model", () => {
  const pixels = () => readFileSync(join(at, "t10k-images-idx3-ubyte")).subarray(16);
  const preprocessing = { version: 1, kind: "standardize", scale: 1 / 255, mean: [0.25], deviation: [0.5] };
  const scoresOf = (row: number) =>
    [0, 1, 2].map((k) => {
      const values = pixels().subarray(64 * row, 64 * row + 64);
      return values.reduce((sum, value, i) => sum + ((value / 255 - 0.25) / 0.5) * factor(i, k), 0);
    });

  test("are those of the pixels as the model file wants them prepared", async () => {
    const out = join(at, "prepared.jsonl");
    const file = fileOf("prepared.onnx", "Identity", preprocessing);
    await run("predict", "--model", file, "--data", data, "--kind", "logits", "--out", out, "--batch-size", "7");
    const rows = readFileSync(out, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { key: number; label: number; scores: number[]; loss: number });
    const labels = readFileSync(join(at, "t10k-labels-idx1-ubyte")).subarray(8);
    expect(rows.map(({ key }) => key)).toEqual(rows.map((_, i) => i));
    expect(rows.map(({ label }) => label)).toEqual([...labels]);
    for (const { key, label, scores, loss } of rows) {
      const expected = scoresOf(key);
      scores.forEach((score, k) => expect(score).toBeCloseTo(expected[k]!, 5));
      const sum = expected.reduce((total, x) => total + Math.exp(x), 0);
      expect(loss).toBeCloseTo(Math.log(sum) - expected[label]!, 5);
    }
  });

  test.each([
    ["Softmax", "probabilities"],
    ["LogSoftmax", "log-probabilities"],
  ])("that end in %s need no --kind, and give the numbers of the logits", async (end, kind) => {
    const [plain, ending] = [
      fileOf("plain.onnx", "Identity", preprocessing),
      fileOf(`${end}.onnx`, end, preprocessing),
    ];
    const score = async (...words: string[]) =>
      JSON.parse((await run("score", "--data", data, "--json", ...words)).out) as ScoreReport;
    const logits = await score("--model", plain, "--kind", "logits");
    const own = await score("--model", ending);
    expect(own.loss).toBeCloseTo(logits.loss!, 6);
    expect(own.metrics.brier).toBeCloseTo(logits.metrics.brier!, 6);
    expect([own.samples, own.correct]).toEqual([90, logits.correct]);
    expect(await score("--model", ending, "--kind", kind)).toEqual(own);
  });

  test("are scored alike where the classes are called by other numbers than their indices", async () => {
    const score = async (names: readonly string[]) => {
      const named = readModelFile(fileOf("named.onnx", "Softmax", preprocessing));
      const metadata = new Map([...named.metadata, [metadataKeys.classNames, JSON.stringify(names)]]);
      writeFileSync(join(at, "named.onnx"), writeModel({ ...named, metadata }));
      const { out } = await run("score", "--data", data, "--json", "--model", join(at, "named.onnx"));
      return JSON.parse(out) as ScoreReport;
    };
    const [words, numbers, turned] = [
      await score(["a", "b", "c"]),
      await score(["5", "7", "9"]),
      await score(["1", "2", "0"]),
    ];
    expect(words.samples).toBe(90);
    for (const { correct, loss } of [numbers, turned]) expect([correct, loss]).toEqual([words.correct, words.loss]);
  });

  test("are scored with weights of classes, and for the train part", async () => {
    const words = ["--model", model, "--data", data, "--kind", "logits", "--json"];
    const report = JSON.parse((await run("score", ...words, "--phase", "train")).out) as ScoreReport;
    expect(report.samples).toBe(500);
    const weighted = JSON.parse((await run("score", ...words, "--class-weights", "1,0,2")).out) as ScoreReport;
    const { perClass } = weighted.metrics;
    expect(weighted.lossWeight).toBe(perClass![0]!.support! + 2 * perClass![2]!.support!);
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ["no model", ["--model", "none.onnx", "--kind", "logits"], 1, /none\.onnx/],
    ["no data", ["--model", model, "--kind", "logits", "--data", "idx:none"], 1, /none/],
    ["a wrong kind", ["--model", model, "--kind", "probabilities"], 1, /probability to be in \[0, 1\].*sample \d+/],
    [
      "another ending",
      ["--model", model, "--kind", "logits", "--out", "x.txt"],
      2,
      /ending in \.parquet.* got "x\.txt"/,
    ],
    ["a folder that is not there", ["--model", model, "--kind", "logits", "--out", "none/x.csv"], 1, /none\/x\.csv/],
  ])("are not written for %s", async (_, words, code, message) => {
    const result = await run("predict", "--data", data, "--out", join(at, "x.parquet"), ...words);
    expect([result.code, result.err.trim().split("\n").length]).toEqual([code, 1]);
    expect(result.err).toMatch(message);
  });
});
