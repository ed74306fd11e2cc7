import { join } from "node:path";
import { expect, test } from "vitest";
import { Random, stringify } from "../../src/core/index.ts";
import { scoreFiles } from "../../src/score/index.ts";
import { folder, write } from "./files.ts";
import { multiply, rational, rounded, total } from "./rational.ts";

type Draw = (random: Random, row: number) => number;

const anySize: Draw = (random) => (random.integer(2) * 2 - 1) * 2 ** random.uniform(-1070, 1020);
/** Losses and weights of wild sizes, a file each. */
const wild: readonly (readonly [name: string, loss: Draw, weight: Draw])[] = [
  ["usual", (random) => random.uniform() * 5, (random) => random.uniform(0, 3)],
  ["of all magnitudes", anySize, (random) => random.uniform(0, 3)],
  ["subnormal", (random) => 2 ** random.uniform(-1074, -1022), () => 1],
  ["huge", (random) => 2 ** random.uniform(1000, 1013), (random) => random.uniform()],
  ["cancelling", (random) => (random.uniform() - 0.5) * 2 ** random.uniform(-60, 60), () => 1],
  [
    "cancelling in pairs",
    (_, row) => (row % 2 === 0 ? 1 : -1) * 2 ** (1020 - (row >> 1)) + (row === 99 ? 1e-300 : 0),
    () => 1,
  ],
  ["the same", () => 0.1, (random) => random.uniform()],
  ["half-way between numbers", (_, row) => (row === 0 ? 1 : 2 ** -53), () => 1],
  ["of weights of all magnitudes", (random) => random.uniform(), (random) => 2 ** random.uniform(-500, 500)],
  ["of weights that undo them", (_, row) => 2 ** (row * 4 - 400), (_, row) => 2 ** (400 - row * 4)],
  [
    "of whole numbers past 2^53",
    (random) => Math.floor(random.uniform() * 2 ** 40) * 2 ** 30,
    (random) => random.integer(9),
  ],
  ["float32", (random) => Math.fround(random.normal()), (random) => Math.fround(random.uniform())],
  ["zeros with one number", (_, row) => (row === 77 ? 5e-324 : 0), () => 1],
];

const columnsOf = (i: number) => {
  const [, loss, weight] = wild[i]!;
  const random = new Random(i, "wild");
  const [losses, weights] = [[], []] as [number[], number[]];
  for (let row = 0; row < 200; row++) {
    losses.push(loss(random, row));
    weights.push(weight(random, row));
  }
  return { loss: losses, weight: weights };
};
const options = { loss: "loss", weight: "weight" };
const exact = (columns: readonly ReturnType<typeof columnsOf>[]) => {
  const terms = columns.flatMap(({ loss, weight }) =>
    loss.map((value, i) => multiply(rational(value), rational(weight[i]!))),
  );
  return rounded(total(terms), total(columns.flatMap(({ weight }) => weight.map(rational))));
};

test.each(wild.map(([name], i) => [name, i] as const))("losses that are %s", async (_, i) => {
  const at = folder();
  const columns = columnsOf(i);
  for (const ending of ["csv", "parquet", "jsonl"]) {
    const report = await scoreFiles([await write(join(at, `x.${ending}`), columns)], options);
    expect(report.loss, ending).toBe(exact([columns]));
  }
});

test("losses of all the files, in any order and batches, and of as many threads as one likes", async () => {
  const at = folder();
  const all = wild.map((_, i) => columnsOf(i));
  const files = await Promise.all(all.map((columns, i) => write(join(at, `${i}.parquet`), columns)));
  const report = await scoreFiles(files, options);
  expect(report.loss).toBe(exact(all));
  expect(files.length).toBeGreaterThanOrEqual(10);
  const turned = await scoreFiles([...files].reverse(), { ...options, batchSize: 7 }, { threads: 1 });
  expect(turned.loss).toBe(report.loss);
  expect(stringify({ ...turned, batches: undefined, batchMeanLoss: undefined, batchMeanBias: undefined })).toBe(
    stringify(report),
  );
});
