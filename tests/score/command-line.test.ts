import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import type { ComparedReport, ScoreReport } from "../../src/score/index.ts";
import { type Columns, folder, write } from "./files.ts";
import { onward as inProcess } from "./in-process.ts";

const onward = (...args: string[]) => inProcess(args);

const random = new Random(2, "rows");
const label = Array.from({ length: 60 }, () => random.integer(2));
const noisy = (strength: number) => (y: number) => y * 2 - 1 + strength * random.normal();
const columns: Columns = { id: label.map((_, i) => i), label, s0: label.map(() => 0), s1: label.map(noisy(1)) };
const options = ["--label", "label", "--scores", "s", "--kind", "logits"];

describe("onward score", () => {
  test("prints one JSON object, and nothing else", async () => {
    const file = await write(join(folder(), "a.csv"), columns);
    const { code, out, err } = await onward("score", file, ...options, "--top-k", "1,2", "--json");
    expect([code, err, out.endsWith("}\n")]).toEqual([0, "", true]);
    const report = JSON.parse(out) as ScoreReport;
    expect(report).toMatchObject({ samples: 60, ignored: 0, metrics: { topK: { "2": 1 } } });
    const [low, high] = report.intervals.rocAuc!.binary!;
    expect(low < report.metrics.rocAuc!.binary! && report.metrics.rocAuc!.binary! < high).toBe(true);
    for (const average of ["micro", "macro", "weighted"] as const) {
      const [from, to] = report.intervals.f1![average]!;
      expect(from <= report.metrics.f1![average]! && report.metrics.f1![average]! <= to).toBe(true);
    }
  });

  test("prints a summary, a table by class, the confusion and the reliability", async () => {
    const file = await write(join(folder(), "a.csv"), columns);
    const { out } = await onward("score", file, ...options, "--classes", "ham,spam");
    expect(out).toMatch(/60 rows\nloss +[\d.]+ \+- [\d.]+ \(standard error\)\naccuracy +[\d.]+ % \[/);
    expect(out).toMatch(/class +support[^\n]+\nham +\d+[^\n]+\nspam +\d+/);
    expect(out).toMatch(/Confusion: rows are true labels/);
    expect(out).toMatch(/Reliability/);
  });

  test("takes a negative label to ignore", async () => {
    const file = await write(join(folder(), "a.csv"), { ...columns, label: label.map((y, i) => (i < 5 ? -100 : y)) });
    const { out } = await onward("score", file, ...options, "--ignore-label", "-100", "--json");
    expect(JSON.parse(out)).toMatchObject({ samples: 60, ignored: 5 });
  });

  test.each([
    [["score"], 2, /at least 1 FILES/],
    [["score", "none.csv", "--label", "y"], 2, /--scores, --prediction or --loss/],
    [["score", "none.csv", ...options], 1, /no such file/],
    [["score", "x.csv", ...options, "--kind", "logit"], 2, /--kind to be one of logits/],
    [["score", "--model", "m.onnx", "--kind", "logits"], 2, /--data/],
    [["predict", "--model", "m.onnx"], 2, /--data/],
    [["merge"], 2, /at least 1 STATES/],
    [["score", "x.csv", "--model", "m.onnx"], 2, /either --model or FILES/],
    [["score", "x.csv", ...options, "--data", "mnist"], 2, /--model with --data/],
    [["score", "--model", "m.onnx", "--label", "y"], 2, /FILES with --label/],
    [["score", "x.csv", ...options, "--key", "id"], 2, /--against with --key/],
    [["score", "x.csv", ...options, "--fit-temperature"], 2, /--fit-on FILE/],
    [["score", "x.csv", ...options, "--fit-on", "y.csv"], 2, /--fit-temperature or --fit-threshold/],
    [
      ["score", "x.csv", ...options, "--fit-on", "y.csv", "--fit-threshold", "f2"],
      2,
      /to be one of accuracy, balanced/,
    ],
    [["score", "x.csv", ...options, "--temperature", "0"], 2, /--temperature to be a number above 0, got "0"/],
    [["score", "x.csv", ...options, "--threshold", "2"], 2, /--threshold to be a number from 0 to 1/],
  ])("%j fails with one sentence", async (args, code, message) => {
    const result = await onward(...args);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
    expect(result.err.trim().split("\n")).toHaveLength(1);
  });
});

test("onward merge prints what scoring all at once prints", async () => {
  const at = folder();
  const part = (from: number, to: number) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)]));
  const files = [await write(join(at, "a.csv"), part(0, 20)), await write(join(at, "b.csv"), part(20, 60))];
  const whole = await onward("score", ...files, ...options, "--json");
  const states = files.map((file) => file.replace(".csv", ".json"));
  for (const [i, file] of files.entries()) await onward("score", file, ...options, "--state", states[i]!);
  expect((await onward("merge", ...states, "--json")).out).toBe(whole.out);
});

describe("onward score --against", () => {
  test("compares row by row, whatever the order of the rows", async () => {
    const at = folder();
    const other = { ...columns, s1: label.map(noisy(3)) };
    const reversed = Object.fromEntries(Object.entries(other).map(([name, values]) => [name, [...values].reverse()]));
    const a = await write(join(at, "a.csv"), columns);
    const b = await write(join(at, "b.parquet"), reversed);
    const { out, code } = await onward("score", a, "--against", b, "--key", "id", ...options, "--json");
    expect(code).toBe(0);
    const { comparison, against, ...first } = JSON.parse(out) as ComparedReport;
    expect(comparison).toMatchObject({ rows: 60, onlyInFirst: 0, onlyInSecond: 0 });
    expect(comparison.difference.loss).toBeCloseTo(first.loss! - against.loss!, 14);
    expect(comparison.difference.accuracy).toBeCloseTo(first.accuracy! - against.accuracy!, 14);
    expect(comparison.rocAuc!.difference).toBeCloseTo(
      first.metrics.rocAuc!.binary! - against.metrics.rocAuc!.binary!,
      14,
    );
    const changed = comparison.perClass!.reduce((sum, entry) => sum + entry.firstOnly - entry.secondOnly, 0);
    expect(changed).toBe(first.correct! - against.correct!);
    expect((await onward("score", a, "--against", b, "--key", "id", ...options)).out).toMatch(/McNemar p = [\d.]+/);
  });

  test("of a model with itself finds no difference", async () => {
    const a = await write(join(folder(), "a.csv"), columns);
    const { out } = await onward("score", a, "--against", a, "--key", "id", ...options, "--json");
    expect((JSON.parse(out) as ComparedReport).comparison).toMatchObject({
      difference: { loss: 0, lossStandardError: 0, accuracy: 0 },
      mcnemar: { firstOnly: 0, secondOnly: 0, pValue: 1 },
      rocAuc: { difference: 0, interval: [0, 0], pValue: 1 },
    });
  });

  test("needs one row for each key, and the same labels", async () => {
    const at = folder();
    const a = await write(join(at, "a.csv"), columns);
    const twice = await write(join(at, "b.csv"), { ...columns, id: label.map(() => 7) });
    const other = await write(join(at, "c.csv"), { ...columns, label: label.map((y) => 1 - y) });
    const compare = (b: string, key = "id") => onward("score", a, "--against", b, "--key", key, ...options);
    expect((await compare(twice)).err).toMatch(/one row for each "id", got "7" 60 times/);
    expect((await compare(other)).err).toMatch(/the same label for the same key/);
    expect((await compare(a, "key")).err).toMatch(/a column "key", the key/);
    expect((await onward("score", a, "--against", a, ...options)).err).toMatch(/--key/);
  });
});
