import { chmodSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { stringify } from "../../src/core/index.ts";
import { type ScoreOptions, type ScoreReport, mergeFiles, scoreFiles } from "../../src/score/index.ts";
import { type Dyadic, dyadic, minus, plus, quotient, squareRootOfQuotient, times } from "../../src/metrics/dyadic.ts";
import { Random } from "../../src/core/index.ts";
import { type Columns, folder, write } from "./files.ts";

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly labels: number[];
  readonly logits: number[];
  readonly probabilities: number[];
  readonly weights?: number[];
  readonly expected: Record<string, unknown>;
}

const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/metrics.json", import.meta.url), "utf8").replaceAll("NaN", "null"),
) as { cases: Case[] };

function scoreColumns(values: readonly number[], classes: number): Columns {
  const of = (k: number) => values.filter((_, i) => i % classes === k);
  return Object.fromEntries(Array.from({ length: classes }, (_, k) => [`s${k}`, of(k)]));
}

function numbersIn(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => numbersIn(item, `${path}.${key}`));
}

const cut = (columns: Columns, from: number, to?: number): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)]));

describe.each(cases)("$name", ({ classes, labels, logits, probabilities, weights, expected }) => {
  test.each(["csv", "parquet", "jsonl"] as const)("in %s agrees with scikit-learn", async (format) => {
    const file = await write(join(folder(), `rows.${format}`), {
      label: labels,
      ...scoreColumns(probabilities, classes),
      ...(weights && { weight: weights }),
    });
    const options: ScoreOptions = {
      label: "label",
      scores: "s",
      kind: "probabilities",
      ...(weights && { weight: "weight" }),
    };
    const { metrics, accuracy, correct } = await scoreFiles([file], options);
    expect(accuracy).toBe((correct ?? 0) / labels.length);
    const supported = [...new Set(labels)].sort((a, b) => a - b);
    const wanted = {
      ...Object.fromEntries(
        ["precision", "recall", "f1", "jaccard", "balancedAccuracy", "mcc", "brier"].map((name) => [
          name,
          expected[name],
        ]),
      ),
      ...(expected["kappa"] !== null && supported.length > 1 && { kappa: expected["kappa"] }),
      rocAuc: expected["rocAuc"] ?? {},
      calibration: { ece: expected["ece"], mce: expected["mce"] },
    };
    for (const [path, value] of numbersIn(wanted)) {
      const actual = path
        .split(".")
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], metrics);
      expect(Math.abs((actual as number) - value), path).toBeLessThanOrEqual(1e-12);
    }
    supported.forEach((k, i) => {
      const area = (expected["perClass"] as number[] | undefined)?.[i];
      if (area !== undefined) expect(metrics.perClass?.[k]?.rocAuc).toBeCloseTo(area, 12);
    });
    expect(metrics.confusion).toEqual(expected["confusion"]);
  });

  test("as logits in a list column has scikit-learn's log-loss", async () => {
    const list = labels.map((_, i) => logits.slice(i * classes, (i + 1) * classes));
    const file = await write(join(folder(), "rows.parquet"), {
      y: labels,
      logits: list,
      ...(weights && { weight: weights }),
    });
    const report = await scoreFiles([file], {
      label: "y",
      scores: "logits",
      kind: "logits",
      ...(weights && { weight: "weight" }),
    });
    expect(report.loss).toBeCloseTo(expected["logLoss"] as number, 12);
  });
});

describe("the loss of a file", () => {
  /** Losses of wild sizes: by magnitude, with cancelling signs, subnormal, or all alike. */
  const wild: [string, (random: Random) => number][] = [
    ["usual", (random) => random.uniform() * 5],
    ["of all magnitudes", (random) => 2 ** random.uniform(-1000, 1000)],
    ["tiny", (random) => 2 ** random.uniform(-1074, -1000)],
    ["huge", (random) => 2 ** random.uniform(990, 1010)],
    ["cancelling", (random) => (random.uniform() - 0.5) * 2 ** random.uniform(-60, 60)],
    ["the same", () => 0.1],
  ];
  const total = (numbers: readonly Dyadic[]) => numbers.reduce(plus, dyadic(0));

  test.each(wild)("of %s numbers is the correctly rounded quotient, however the rows are cut", async (_, draw) => {
    const random = new Random(5, "losses");
    const loss = Array.from({ length: 500 }, () => draw(random));
    const weight = loss.map(() => random.uniform(0, 3));
    const at = folder();
    const columns = { loss, weight };
    const whole = await write(join(at, "whole.parquet"), columns);
    const parts = [
      [0, 7],
      [7, 300],
      [300, 500],
    ].map(([from = 0, to = 0], i) => write(join(at, `part${i}.parquet`), cut(columns, from, to)));
    const options = { loss: "loss", weight: "weight" };
    const report = await scoreFiles([whole], options);
    const t = loss.map((value, i) => times(dyadic(value), dyadic(weight[i]!)));
    const w = weight.map(dyadic);
    expect(report.loss).toBe(quotient(total(t), total(w)));
    const residuals = t.map((term, i) => plus(times(term, total(w)), minus(times(total(t), w[i]!))));
    const squares = total(residuals.map((residual) => times(residual, residual)));
    const W4 = times(total(w), total(w), total(w), total(w));
    const error = squareRootOfQuotient(times(dyadic(500), squares), times(dyadic(499), W4));
    expect(report.lossStandardError).toBe(error);
    const split = await scoreFiles((await Promise.all(parts)).reverse(), options);
    expect(stringify(split)).toBe(stringify(report));
  });

  test("has batches of a size or by a column, which do not span files and may lie apart", async () => {
    const at = folder();
    const first = await write(join(at, "a.csv"), { loss: [1, 2, 3, 4, 5], b: ["x", "y", "x", "y", "x"] });
    const second = await write(join(at, "b.csv"), { loss: [10, 20], b: ["x", "z"] });
    const bySize = await scoreFiles([first, second], { loss: "loss", batchSize: 2 });
    expect(bySize).toMatchObject({ batches: 4, batchMeanLoss: (1.5 + 3.5 + 5 + 15) / 4, loss: 45 / 7 });
    expect(bySize.batchMeanBias).toBe(bySize.batchMeanLoss! - bySize.loss!);
    const byColumn = await scoreFiles([first, second], { loss: "loss", batch: "b" });
    expect(byColumn).toMatchObject({ batches: 4, batchMeanLoss: (3 + 3 + 10 + 20) / 4 });
    expect(await scoreFiles([first], { loss: "loss" })).not.toHaveProperty("batchMeanLoss");
  });

  test("passes over batches without weight, and rows that are ignored", async () => {
    const file = await write(join(folder(), "a.csv"), { loss: [1, 9, 3, 5], w: [1, 1, 0, 0], y: [0, -100, 1, 0] });
    const report = await scoreFiles([file], {
      loss: "loss",
      weight: "w",
      label: "y",
      ignoreLabel: "-100",
      batchSize: 2,
    });
    expect(report).toMatchObject({ samples: 4, ignored: 1, batches: 2, loss: 1, batchMeanLoss: 1, lossWeight: 1 });
    expect(report.metrics.perClass?.map(({ loss }) => loss)).toEqual([1, undefined]);
  });

  test("with class weights and smoothing is PyTorch's", async () => {
    // torch.nn.functional.cross_entropy([[2, 1, 0], [0, 1, 0.5], [1, 1, 3]], [0, 2, 1], weight=[1, 2, 0.5], label_smoothing=0.1)
    const file = await write(join(folder(), "a.csv"), { y: [0, 2, 1], s0: [2, 0, 1], s1: [1, 1, 1], s2: [0, 0.5, 3] });
    const options = {
      label: "y",
      scores: "s",
      kind: "logits",
      classWeights: [1, 2, 0.5],
      labelSmoothing: 0.1,
    } as const;
    expect((await scoreFiles([file], options)).loss).toBeCloseTo(1.5501941940402044, 14);
  });
});

describe("states merge to the bits of scoring all at once", () => {
  const random = new Random(3, "merge");
  const n = 400;
  const label = Array.from({ length: n }, () => random.integer(4));
  const columns: Columns = {
    label,
    name: label.map((k) => "abcd"[k]!),
    guess: label.map((k, i) => (i < 100 ? "abcd"[k]! : "e")),
    ...Object.fromEntries(
      [0, 1, 2, 3].map((k) => [`s${k}`, label.map((y) => Math.round(4 * random.normal()) / 4 + (y === k ? 1 : 0))]),
    ),
    weight: label.map(() => random.uniform()),
    group: label.map(() => "pq"[random.integer(2)]!),
  };
  const scores = { label: "label", scores: "s", kind: "logits" } as const;
  test.each<[string, ScoreOptions]>([
    ["plain", { ...scores, topK: [1, 3] }],
    ["with weights, groups and batches", { ...scores, weight: "weight", by: "group", batchSize: 64 }],
    ["with names and ignored rows", { ...scores, label: "name", classes: ["a", "b", "c", "d"], ignoreLabel: "c" }],
    ["of predictions whose classes differ between files", { label: "name", prediction: "guess" }],
    ["of predictions with weights", { label: "name", prediction: "guess", weight: "weight" }],
  ])("%s", async (_, options) => {
    const at = folder();
    const files = await Promise.all(
      [
        [0, 50],
        [50, 55],
        [55, n],
      ].map(([from, to], i) => write(join(at, `${i}.parquet`), cut(columns, from!, to))),
    );
    const whole = stringify(await scoreFiles(files, options));
    const states = files.map((_, i) => join(at, `state${i}.json`));
    for (const [i, file] of files.entries()) await scoreFiles([file], options, { state: states[i]! });
    expect(stringify(await mergeFiles([states[2]!, states[0]!, states[1]!]))).toBe(whole);
    const pair = join(at, "pair.json");
    await mergeFiles(states.slice(0, 2), { state: pair });
    expect(stringify(await mergeFiles([states[2]!, pair]))).toBe(whole);
  });

  test("with a file whose rows are all left out, first or last", async () => {
    const at = folder();
    const options: ScoreOptions = { ...scores, ignoreLabel: "-1" };
    const none = await write(join(at, "none.parquet"), { ...cut(columns, 0, 3), label: [-1, -1, -1] });
    const some = await write(join(at, "some.parquet"), cut(columns, 0, 20));
    const whole = stringify(await scoreFiles([none, some], options));
    const states = [join(at, "none.json"), join(at, "some.json")];
    await scoreFiles([none], options, { state: states[0]! });
    await scoreFiles([some], options, { state: states[1]! });
    expect(stringify(await mergeFiles(states))).toBe(whole);
    expect(stringify(await mergeFiles(states.toReversed()))).toBe(whole);
    const only = stringify(await scoreFiles([none], options));
    expect(stringify(await mergeFiles([states[0]!]))).toBe(only);
  });

  test("only when they were made alike", async () => {
    const at = folder();
    const file = await write(join(at, "a.parquet"), cut(columns, 0, 20));
    await scoreFiles([file], scores, { state: join(at, "a.json") });
    await scoreFiles([file], { ...scores, weight: "weight" }, { state: join(at, "b.json") });
    await expect(mergeFiles([join(at, "a.json"), join(at, "b.json")])).rejects.toThrow(/same options and classes/);
    await expect(mergeFiles([join(at, "a.json")], { state: join(at, "a.json") })).rejects.toThrow(/another name/);
    await expect(mergeFiles([file])).rejects.toThrow(/a score state/);
    await expect(mergeFiles([join(at, "none.json")])).rejects.toThrow(/no such file/);
  });
});

describe("forms of files", () => {
  test("gzip, globs, TSV and list text are read alike", async () => {
    const at = folder();
    const csv = await write(join(at, "x.csv"), {
      y: [0, 1, 1],
      p: [
        [0.75, 0.25],
        [0.5, 0.5],
        [0.25, 0.75],
      ],
    });
    const plain = await scoreFiles([csv], { label: "y", scores: "p", kind: "probabilities" });
    expect(plain).toMatchObject({ samples: 3, correct: 2 });
    writeFileSync(join(at, "y.csv.gz"), gzipSync(readFileSync(csv)));
    expect(await scoreFiles([join(at, "*.csv.gz")], { label: "y", scores: "p", kind: "probabilities" })).toEqual(plain);
  });

  test("a file without rows among others says nothing of how many scores a row has", async () => {
    const at = folder();
    const options: ScoreOptions = { label: "y", scores: "p", kind: "logits" };
    const some = await write(join(at, "some.jsonl"), { y: [0, 2], p: [[3, 1, 2], [3, 1, 2]] }); // prettier-ignore
    const empty = join(at, "empty.csv");
    writeFileSync(empty, "y,p\n");
    expect(await scoreFiles([empty, some], options)).toEqual(await scoreFiles([some], options));
    await expect(scoreFiles([empty], options)).rejects.toThrow(/rows with scores, got none \(.*empty\.csv\)/);
  });

  test("one numeric column is the score of the positive class", async () => {
    const at = folder();
    const file = await write(join(at, "x.csv"), { y: ["ham", "spam", "spam", "ham"], p: [0.2, 0.9, 0.4, 0.4] });
    const report = await scoreFiles([file], { label: "y", scores: "p", kind: "probabilities", positive: "spam" });
    expect(report).toMatchObject({
      correct: 3,
      metrics: {
        rocAuc: { binary: 0.875 },
        confusion: [
          [2, 0],
          [1, 1],
        ],
      },
    });
    await expect(scoreFiles([file], { label: "y", scores: "p", kind: "probabilities" })).rejects.toThrow(/--positive/);
  });

  test("predictions alone give what labels alone allow", async () => {
    const file = await write(join(folder(), "x.csv"), { y: ["b", "a", "c"], p: ["b", "b", "c"] });
    const report = await scoreFiles([file], { label: "y", prediction: "p" });
    expect(report).toMatchObject({
      correct: 2,
      metrics: {
        confusion: [
          [0, 1, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
    });
    expect(report).not.toHaveProperty("loss");
    expect(report.metrics).not.toHaveProperty("rocAuc");
  });

  test("rows that are not finite are counted, never correct, and the first is named", async () => {
    const file = await write(join(folder(), "x.csv"), { y: [0, 0, 1], s0: ["1", "nan", "0"], s1: ["0", "nan", "1"] });
    const report = await scoreFiles([file], { label: "y", scores: "s", kind: "logits" });
    expect(report).toMatchObject({ loss: NaN, correct: 2, nonFinite: 1, firstNonFinite: `${file}, row 2` });
    expect(report.metrics).toMatchObject({ recall: { micro: 2 / 3 }, rocAuc: { binary: NaN }, brier: NaN });
  });

  test("a column's values are scored apart as well", async () => {
    const file = await write(join(folder(), "x.csv"), { y: [0, 1, 1, 0], p: [0, 1, 0, 0], site: ["u", "v", "u", "v"] });
    const report = await scoreFiles([file], { label: "y", prediction: "p", by: "site" });
    expect(report.accuracy).toBe(0.75);
    expect(Object.entries(report.by ?? {}).map(([name, { accuracy }]) => [name, accuracy])).toEqual([
      ["u", 0.5],
      ["v", 1],
    ]);
  });
});

describe("what is wrong is said with the file and the row", () => {
  const scores: ScoreOptions = { label: "y", scores: "s", kind: "logits" };
  test.each<[string, Columns, ScoreOptions, RegExp]>([
    [
      "a missing column",
      { y: [0], s0: [1], s1: [2] },
      { ...scores, label: "label" },
      /a column "label", got "y", "s0", "s1" \(.*x\.csv\)/,
    ],
    ["a missing score column", { y: [0], s0: [1], s2: [2] }, scores, /a column "s1"/],
    ["no score columns", { y: [0] }, scores, /a column "s", or "s0" and so on/],
    [
      "a label outside the classes",
      { y: [0, 2], s0: [1, 1], s1: [2, 2] },
      scores,
      /label to be in \[0, 2\), got "2" \(.*x\.csv, column y, row 2\)/,
    ],
    ["a label that is no integer", { y: [0, 0.5], s0: [1, 1], s1: [2, 2] }, scores, /got "0.5" \(.*row 2\)/],
    ["a negative label", { y: [0, -100], s0: [1, 1], s1: [2, 2] }, scores, /got "-100" \(.*row 2\)/],
    [
      "a label without a name",
      { y: ["a", "c"], s0: [1, 1], s1: [2, 2] },
      { ...scores, classes: ["a", "b"] },
      /one of a, b, got "c"/,
    ],
    ["no label", { y: [0, null], s0: [1, 1], s1: [2, 2] }, scores, /got nothing \(.*row 2\)/],
    [
      "text in a number column",
      { y: [0, 1], s0: [1, "abc"], s1: [2, 2] },
      scores,
      /a number, got "abc" \(.*column s0, row 2\)/,
    ],
    [
      "ragged lists",
      {
        y: [0, 1],
        s: [
          [1, 2],
          [1, 2, 3],
        ],
      },
      scores,
      /a list of 2 numbers, got "\[1, 2, 3\]" \(.*row 2\)/,
    ],
    [
      "probabilities above 1",
      { y: [0, 1], s0: [0.5, 1.5], s1: [0.5, -0.5] },
      { ...scores, kind: "probabilities" },
      /probability to be in \[0, 1\], got 1.5 \(.*, column s0, row 2\)/,
    ],
    [
      "probabilities that do not sum to 1",
      { y: [0], s0: [0.5], s1: [0.6] },
      { ...scores, kind: "probabilities" },
      /sum to 1 within 0.001, got 1.1 \(.*, columns s0 to s1, row 1\)/,
    ],
    [
      "names without their order",
      { y: ["cat", "dog"], s0: [1, 0], s1: [0, 1] },
      scores,
      /in \[0, 2\), got "cat" \(.*, column y, row 1\). Name the classes, in the order of their scores, with --classes/,
    ],
    [
      "probabilities in a list that cannot be",
      {
        y: [0, 1],
        s: [
          [0.5, 0.5],
          [0.5, -0.5],
        ],
      },
      { ...scores, kind: "probabilities" },
      /probability to be in \[0, 1\], got -0.5 \(.*, column s, score 1 \(from 0\), row 2\)/,
    ],
    [
      "positive log-probabilities",
      { y: [0], s0: [2], s1: [-1] },
      { ...scores, kind: "log-probabilities" },
      /log-probability to be at most 0, got 2/,
    ],
    [
      "a negative weight",
      { y: [0], s0: [2], s1: [-1], w: [-1] },
      { ...scores, weight: "w" },
      /weight to be at least 0, got "-1"/,
    ],
    [
      "k above the number of classes",
      { y: [0], s0: [2], s1: [-1] },
      { ...scores, topK: [3] },
      /top-k to be from 1 to the 2 classes, got 3/,
    ],
    ["too few class weights", { y: [0], s0: [2], s1: [-1] }, { ...scores, classWeights: [1] }, /2 class weights/],
    ["another number of classes", { y: ["a"], s0: [2], s1: [-1] }, { ...scores, classes: ["a"] }, /1 scores a row/],
  ])("%s", async (_, columns, options, message) => {
    const file = await write(join(folder(), "x.csv"), columns);
    await expect(scoreFiles([file], options)).rejects.toThrow(message);
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ["an empty file", (path) => writeFileSync(path, ""), /rows, got an empty file \(.*x\.parquet\)/],
    ["a half-written Parquet file", (path) => truncateSync(path, 200), /a whole Parquet file.*x\.parquet/],
    ["a file that is not there", () => undefined, /a file to read, got no such file/],
  ])("%s", async (name, damage, message) => {
    const file = await write(join(folder(), "x.parquet"), { y: [0, 1], s0: [1, 2], s1: [2, 1] });
    damage(file);
    const path = name === "a file that is not there" ? `${file}x` : file;
    const error = await scoreFiles([path], scores).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message.split("\n")).toHaveLength(1);
  });

  test.skipIf(process.getuid?.() === 0)(
    "a file without permission (not as root, to whom nothing is forbidden)",
    async () => {
      const file = await write(join(folder(), "x.csv"), { y: [0], s0: [1], s1: [2] });
      chmodSync(file, 0);
      await expect(scoreFiles([file], scores)).rejects.toThrow(/no permission/);
    },
  );

  test("a header without rows", async () => {
    const file = join(folder(), "x.csv");
    writeFileSync(file, "y,s0,s1\n");
    await expect(scoreFiles([file], scores)).rejects.toThrow(/rows to score, got none/);
  });

  test.each<[ScoreOptions, RegExp]>([
    [{ label: "y" }, /--scores, --prediction or --loss/],
    [{ label: "y", scores: "s" }, /--kind with --scores/],
    [{ scores: "s", kind: "logits" }, /--label/],
    [{ loss: "l", batch: "b", batchSize: 3 }, /either --batch or --batch-size/],
    [{ loss: "l", label: "y", classWeights: [1, 2] }, /taken as it is|come from --scores/],
  ])("%j contradicts itself", async (options, message) => {
    const file = await write(join(folder(), "x.csv"), { y: [0], s0: [1], s1: [2], l: [1], b: [1] });
    await expect(scoreFiles([file], options)).rejects.toThrow(message);
  });
});

test("a report has no field that is undefined", async () => {
  const file = await write(join(folder(), "x.csv"), { loss: [1] });
  const report: ScoreReport = await scoreFiles([file], { loss: "loss" });
  expect(Object.values(report)).not.toContain(undefined);
});
