import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRun } from "../../src/runs/index.ts";
import { onward } from "./onward.ts";
import { writeStripes } from "./stripes.ts";

const root = mkdtempSync(join(tmpdir(), "onward-resume-"));
beforeAll(() => writeStripes(join(root, "stripes")));
afterAll(() => rmSync(root, { recursive: true }));

const train = ["train", "--data", "idx:stripes", "--model", "mlp:16", "--threads", "1", "--seed", "7"];
const file = (...names: string[]) => readFileSync(join(root, ...names));

/** The lines of `reports.jsonl` without their times. */
function lines(folder: string): string[] {
  return file(folder, "reports.jsonl")
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/,"seconds":.*$/, ""));
}

describe("onward train --resume", () => {
  const options = [
    "--epochs",
    "40",
    "--accumulate",
    "2",
    "--clip-norm",
    "1",
    "--schedule",
    "cosine",
    "--average-decay",
    "0.9",
  ];

  test("goes on after Ctrl-C, and comes to the same bits", async () => {
    const whole = await onward([...train, ...options, "--out", "whole"], root);
    expect(whole.code).toBe(0);
    let sent = false;
    const stopped = await onward(
      [...train, ...options, "--json", "--out", "parts", "--checkpoint-steps", "3"],
      root,
      (out, kill) => {
        if (sent || out.split("\n").length < 8) return;
        sent = true;
        kill("SIGINT");
      },
    );
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain("onward: stopped; to go on: onward train --resume parts\n");
    expect((await readRun(join(root, "parts"))).record.ended?.outcome).toBe("stopped");
    // As a process that died while it wrote leaves it.
    appendFileSync(join(root, "parts", "reports.jsonl"), '{"phase":"train","ep');
    writeFileSync(join(root, "parts", ".model.onnx.0b5e.tmp"), "half");

    const { code, err } = await onward(["train", "--resume", "parts"], root);
    expect([code, err]).toEqual([0, ""]);
    expect(lines("parts")).toEqual(lines("whole"));
    for (const model of ["model.onnx", "best.onnx"]) {
      expect(Buffer.compare(file("parts", model), file("whole", model)), model).toBe(0);
    }
    expect((await readRun(join(root, "parts"))).record).toMatchObject({
      ended: { outcome: "finished" },
      best: (await readRun(join(root, "whole"))).record.best,
    });
    const names = readdirSync(join(root, "parts"));
    expect(names.filter((name) => name.startsWith("events.out.tfevents")).length).toBe(2);
    expect(names.filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("of a finished run says so, and goes on to more epochs when asked", async () => {
    expect((await onward([...train, "--epochs", "2", "--out", "done"], root)).code).toBe(0);
    const before = file("done", "reports.jsonl");
    const again = await onward(["train", "--resume", "done"], root);
    expect([again.code, again.out]).toEqual([0, ""]);
    expect(again.err).toBe("onward: the run in done has finished its 2 epochs; --epochs N goes on to more\n");
    expect(Buffer.compare(file("done", "reports.jsonl"), before)).toBe(0);

    expect((await onward(["train", "--resume", "done", "--epochs", "3"], root)).code).toBe(0);
    expect((await onward([...train, "--epochs", "3", "--out", "three"], root)).code).toBe(0);
    expect(lines("done")).toEqual(lines("three"));
  });

  test("begins anew where the run died before its first checkpoint", async () => {
    expect((await onward([...train, "--epochs", "1", "--out", "early"], root)).code).toBe(0);
    rmSync(join(root, "early", "checkpoints"), { recursive: true });
    expect((await onward(["train", "--resume", "early"], root)).code).toBe(0);
    expect(lines("early").length).toBe(2);
  });

  test.each([
    [["--resume", "nowhere"], 1, "Expected a run folder's file, got no such file"],
    [["--resume", "done", "--batch-size", "3"], 2, "as a run goes on with its own, got --batch-size."],
  ])("%j fails in one sentence", async (args, code, message) => {
    const result = await onward(["train", ...args], root);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.err).toContain(message);
  });
});

describe("onward train --config", () => {
  test("takes options from a file; the command line goes first", async () => {
    writeFileSync(
      join(root, "config.yaml"),
      "data: idx:stripes\nmodel: mlp:8\nepochs: 3\nclass-weights: [1, 2, 1]\nscore-train: true\nthreads: 1\n",
    );
    const { code, out } = await onward(
      [
        "train",
        "--config",
        "config.yaml",
        "--epochs",
        "1",
        "--set",
        "drop-last=true",
        "--set",
        "seed=5",
        "--out",
        "configured",
      ],
      root,
    );
    expect(code).toBe(0);
    const { record, reports } = await readRun(join(root, "configured"));
    expect(record.options).toMatchObject({
      model: "mlp:8",
      epochs: 1,
      seed: 5,
      "drop-last": true,
      "class-weights": [1, 2, 1],
    });
    expect(reports.map(({ phase, mode }) => [phase, mode])).toEqual([
      ["train", "train"],
      ["train-eval", "eval"],
      ["val", "eval"],
    ]);
    expect(out).toContain("train-eval scores the train samples after the epoch");
  });

  test.each([
    ["epoch: 3", 'Expected an option of "onward train", got "epoch" (bad.yaml). The nearest is epochs.'],
    ["epochs: {a: 1}", "Expected epochs to be a text, a number, true, false or a list of them, got object (bad.yaml)."],
    ["json: 3", 'Expected json to be true or false, got "3" (bad.yaml).'],
    ["[1, 2]", "Expected options by their names, got [1, 2] (bad.yaml)."],
    ["a: b: c", "Expected a YAML or JSON file, got "],
  ])("%j fails in one sentence", async (content, message) => {
    writeFileSync(join(root, "bad.yaml"), content);
    const { err } = await onward(["train", "--config", "bad.yaml"], root);
    expect(err).toContain(message);
    expect(err.trimEnd().split("\n").length).toBe(1);
  });
});
