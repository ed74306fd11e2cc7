import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { readRun } from "../../src/runs/index.ts";
import { onward } from "./onward.ts";

const root = mkdtempSync(join(tmpdir(), "onward-text-"));
const fixtures = new URL("../fixtures/", import.meta.url);

/** Texts about one of two animals, which other words stand around in any order. */
function reviews(count: number, seed: number): string {
  const random = new Random(seed, "reviews");
  const words = ["the", "quick", "brown", "lazy", "box", "with", "five", "jugs", "over", "please"];
  const rows = Array.from({ length: count }, () => {
    const around = Array.from({ length: 4 + random.integer(5) }, () => words[random.integer(words.length)] ?? "");
    const animal = random.integer(2) === 0 ? "fox" : "dog";
    around.splice(random.integer(around.length), 0, animal);
    return `${around.join(" ")},${animal === "fox" ? "sly" : "loyal"}`;
  });
  return ["review,kind", ...rows].join("\n");
}

beforeAll(() => {
  writeFileSync(join(root, "reviews.csv"), reviews(400, 1));
  const { rows } = JSON.parse(readFileSync(new URL("tokenizers.json", fixtures), "utf8")) as {
    rows: { name: string; tokenizer: object }[];
  };
  const wordPiece = rows.find(({ name }) => name === "WordPiece");
  writeFileSync(join(root, "tokenizer.json"), JSON.stringify(wordPiece?.tokenizer));
  copyFileSync(new URL("tiny-bert.onnx", fixtures), join(root, "bert.onnx"));
});
afterAll(() => rmSync(root, { recursive: true }));

const train = [
  ...["train", "--data", "csv:reviews.csv", "--text", "review", "--label", "kind", "--tokenizer", "tokenizer.json"],
  ...["--max-length", "16", "--model", "bert.onnx", "--classes", "2", "--batch-size", "16", "--learning-rate", "0.01"],
  ...["--threads", "1", "--epochs", "6"],
];

test("a BERT with a fresh head learns texts, and its file is scored and used without being told how they become ids", async () => {
  const { code, err } = await onward([...train, "--out", "bert"], root);
  expect([code, err]).toEqual([0, ""]);
  const { record, reports } = await readRun(join(root, "bert"));
  expect(record.classNames).toEqual(["loyal", "sly"]);
  const [last] = reports.filter(({ phase }) => phase === "val").slice(-1);
  expect(last?.["accuracy"]).toBeGreaterThan(0.95);

  const model = join("bert", "model.onnx");
  const scored = await onward(["score", "--model", model, "--data", "csv:reviews.csv", "--json"], root);
  expect([scored.code, scored.err]).toEqual([0, ""]);
  expect((JSON.parse(scored.out) as { correct: number })["correct"]).toBe(last?.["correct"]);
});

test("learns the same in steps of several batches, after a warm-up, and goes on to the same bits", async () => {
  const options = ["--accumulate", "2", "--warmup-epochs", "0.5", "--schedule", "linear", "--clip-norm", "1"];
  expect((await onward([...train, ...options, "--out", "whole"], root)).code).toBe(0);
  expect(
    (
      await onward(
        [...train, ...options, "--epochs", "6", "--checkpoint-steps", "3", "--out", "parts"],
        root,
        (out, kill) => {
          if (/^ +3 {2}val/m.test(out)) kill("SIGKILL");
        },
      )
    ).code,
  ).toBe(null);
  expect((await onward(["train", "--resume", "parts"], root)).code).toBe(0);
  const bytes = (folder: string) => readFileSync(join(root, folder, "model.onnx"));
  expect(bytes("parts").equals(bytes("whole"))).toBe(true);
});
