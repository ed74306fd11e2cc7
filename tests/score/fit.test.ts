import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random, stringify } from "../../src/core/index.ts";
import { fitTemperature } from "../../src/metrics/index.ts";
import {
  fitFiles,
  type FittedReport,
  mergeFiles,
  scoreFiles,
  scoreFitted,
  type ScoreOptions,
} from "../../src/score/index.ts";
import { type Columns, folder, write } from "./files.ts";
import { onward } from "./in-process.ts";

/** Rows of a model that is too sure by the factor 3. */
function rows(seed: number, length: number, classes: number) {
  const random = new Random(seed, "rows");
  const label = Array.from({ length }, () => random.integer(classes));
  const logits = label.map((y) =>
    Array.from({ length: classes }, (_, k) => 3 * (random.normal() + (k === y ? 1.5 : 0))),
  );
  const exponentials = logits.map((row) => row.map((x) => Math.exp(x)));
  const sums = exponentials.map((row) => row.reduce((sum, x) => sum + x, 0));
  const probabilities = exponentials.map((row, i) => row.map((x) => x / sums[i]!));
  return { label, logits, probabilities, weight: label.map(() => random.integer(3)) };
}

const columnsOf = ({ label, logits, probabilities, weight }: ReturnType<typeof rows>): Columns => ({
  label,
  logits,
  probabilities,
  logs: probabilities.map((row) => row.map((p) => Math.log(p))),
  one: logits.map(([a = 0, b = 0]) => b - a),
  weight,
});

const logits: ScoreOptions = { label: "label", scores: "logits", kind: "logits" };
const close = (actual: number | undefined, expected: number) =>
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThan(1e-12 * Math.abs(expected));

describe("a temperature", () => {
  const [val, test1] = [rows(1, 300, 4), rows(2, 200, 4)];
  const { temperature } = fitTemperature({ logits: val.logits.flat(), labels: val.label });

  test("is fitted on one file and applied to another, in whatever kind the scores are", async () => {
    const at = folder();
    const files = [
      await write(join(at, "val.parquet"), columnsOf(val)),
      await write(join(at, "test.parquet"), columnsOf(test1)),
    ] as const;
    const divided = test1.logits.map((row) => row.map((x) => x / temperature));
    const applied = await scoreFiles(
      [await write(join(at, "divided.parquet"), { label: test1.label, logits: divided })],
      logits,
    );
    const plain = await scoreFiles([files[1]], logits);
    for (const [scores, kind] of [
      ["logits", "logits"],
      ["logs", "log-probabilities"],
      ["probabilities", "probabilities"],
    ] as const) {
      const { fitted, ...report } = await scoreFitted(
        [files[1]],
        { label: "label", scores, kind },
        { on: [files[0]], temperature: true },
      );
      close(fitted.temperature, temperature);
      close(report.loss, applied.loss!);
      close(report.metrics.brier, applied.metrics.brier!);
      close(fitted.reported.before.loss, plain.loss!);
      expect(fitted.reported.after).toEqual({ loss: report.loss, ece: report.metrics.calibration!.ece });
      expect(fitted).toMatchObject({ files: [files[0]], samples: 300 });
      expect(fitted.after.loss).toBeLessThan(fitted.before.loss!);
      // A temperature changes no decision.
      expect(report.metrics.confusion).toEqual(plain.metrics.confusion);
      if (kind === "logits") expect(stringify(report)).toBe(stringify(applied));
    }
  });

  test("is the same for any split, and weighs rows", async () => {
    const at = folder();
    const columns = columnsOf(val);
    const cut = (from: number, to: number) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)]));
    const whole = await write(join(at, "whole.parquet"), columns);
    const parts = [
      await write(join(at, "part2.parquet"), cut(100, 300)),
      await write(join(at, "part1.parquet"), cut(0, 100)),
    ];
    const options = { ...logits, weight: "weight" };
    const { files, ...fit } = await fitFiles([whole], options, { temperature: true });
    expect({ ...(await fitFiles(parts, options, { temperature: true })), files }).toEqual({ ...fit, files });
    const { weight, label } = val;
    const direct = fitTemperature({ logits: val.logits.flat(), labels: label, weights: weight });
    expect(fit.temperature).toBe(direct.temperature);
    close(fit.before.loss, direct.before);
    close(fit.after.loss, direct.after);
  });

  test("that was merged or given is the one that was fitted", async () => {
    const at = folder();
    const file = await write(join(at, "test.parquet"), columnsOf(test1));
    const given = { ...logits, temperature };
    const state = join(at, "state.json");
    const report = await scoreFiles([file], given, { state });
    expect(stringify(await mergeFiles([state]))).toBe(stringify(report));
  });
});

describe("a threshold", () => {
  const [val, test1] = [rows(3, 200, 2), rows(4, 150, 2)];

  test.each(["f1", "accuracy", "mcc"] as const)("by %s decides the reported rows", async (metric) => {
    const at = folder();
    const on = await write(join(at, "val.csv"), columnsOf(val));
    const file = await write(join(at, "test.csv"), columnsOf(test1));
    const options: ScoreOptions = { label: "label", scores: "one", kind: "logits" };
    const { fitted, ...report } = await scoreFitted([file], options, {
      on: [on],
      temperature: true,
      threshold: metric,
    });
    const { value } = fitted.threshold!;
    const positive = test1.logits.map(([a, b]) => 1 / (1 + Math.exp((a! - b!) / fitted.temperature!)) >= value);
    const hits = positive.filter((said, i) => said && test1.label[i] === 1).length;
    expect(report.metrics.confusion?.[1]?.[1]).toBe(hits);
    expect(positive.filter((said, i) => said === (test1.label[i] === 1))).toHaveLength(report.correct!);
    expect(fitted.after[metric]).toBeGreaterThanOrEqual(fitted.before[metric]!);
    expect(fitted.reported.after[metric]).toBeCloseTo(
      { f1: report.metrics.perClass![1]!.f1!, accuracy: report.accuracy!, mcc: report.metrics.mcc! }[metric],
      14,
    );
    expect(fitted.threshold).toMatchObject({ metric, label: 1 });
    const given = { ...options, temperature: fitted.temperature!, threshold: value };
    expect(stringify(await scoreFiles([file], given))).toBe(stringify(report));
  });

  test("leaves undecided rows undecided", async () => {
    const file = await write(join(folder(), "x.csv"), { label: [1, 0, 1], p: ["0.6", "nan", "0.4"] });
    const report = await scoreFiles([file], { label: "label", scores: "p", kind: "probabilities", threshold: 0.3 });
    expect(report).toMatchObject({ correct: 2, nonFinite: 1 });
  });
});

describe("onward score --fit-on", () => {
  test("prints what was fitted, there and here", async () => {
    const at = folder();
    const on = await write(join(at, "val.csv"), columnsOf(rows(5, 100, 2)));
    const file = await write(join(at, "test.csv"), columnsOf(rows(6, 100, 2)));
    const words = ["score", file, "--label", "label", "--scores", "one", "--kind", "logits", "--fit-on", on];
    const { out, code, err } = await onward([...words, "--fit-temperature", "--fit-threshold", "f1"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^Fitted on 100 rows of .*val\.csv, applied here\ntemperature +[\d.]+\nthreshold +[\d.]+ for 1, by f1\n/,
    );
    expect(out).toMatch(/there +loss +[\d.]+ -> [\d.]+\n/);
    expect(out).toMatch(/here +f1 +[\d.]+ -> [\d.]+\n/);
    const json = JSON.parse((await onward([...words, "--fit-temperature", "--json"])).out) as FittedReport;
    expect(Object.keys(json.fitted)).toEqual(["files", "samples", "temperature", "before", "after", "reported"]);
  });

  test.each<[string, ScoreOptions, Parameters<typeof scoreFitted>[2], RegExp]>([
    ["the reported rows", logits, { on: ["test.csv"], temperature: true }, /other files to fit on .*got test\.csv/],
    [
      "losses as they are",
      { ...logits, loss: "one" },
      { on: ["val.csv"], temperature: true },
      /--loss, which is taken/,
    ],
    ["predictions", { ...logits, prediction: "label" }, { on: ["val.csv"], threshold: "f1" }, /--prediction/],
    ["three classes", { ...logits, scores: "three" }, { on: ["val.csv"], threshold: "f1" }, /two classes only, got 3/],
    [
      "what was given",
      { ...logits, temperature: 2 },
      { on: ["val.csv"], temperature: true },
      /either a fit or a given/,
    ],
    ["nothing", logits, { on: ["val.csv"] }, /a temperature or a threshold to fit, got neither/],
    [
      "other classes",
      { ...logits, scores: "p", label: "name", kind: "probabilities", positive: "b" },
      { on: ["val.csv"], threshold: "f1" },
      /the same classes/,
    ],
  ])("does not fit to %s", async (_, options, request, message) => {
    const at = folder();
    const columns = { ...columnsOf(rows(5, 20, 2)), three: rows(5, 20, 3).logits, p: Array<number>(20).fill(0.5) };
    await write(join(at, "val.csv"), { ...columns, name: Array.from("abababababababababab") });
    await write(join(at, "test.csv"), { ...columns, name: Array.from("bcbcbcbcbcbcbcbcbcbc") });
    const before = process.cwd();
    process.chdir(at);
    try {
      await expect(scoreFitted(["test.csv"], options, request)).rejects.toThrow(message);
    } finally {
      process.chdir(before);
    }
  });
});
