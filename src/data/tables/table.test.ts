import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../core/index.ts";
import { Database, sqlText } from "../../tables/index.ts";
import { parsePreprocessing, preprocessingOfKind } from "../preprocessing.ts";
import type { Batch, Source } from "../source.ts";
import { table, type TableOptions } from "./table.ts";
import type { TablePreprocessing } from "./table-preprocessing.ts";

const folder = mkdtempSync(join(tmpdir(), "onward-table-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function csv(...lines: string[]): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

async function all(source: Source): Promise<{ rows: number[][]; labels: number[]; batch: Batch }> {
  const batch = await source.read(Uint32Array.from({ length: source.size }, (_, i) => i));
  return { rows: rowsOf(batch.inputs as Tensor), labels: [...(batch.labels.data as BigInt64Array)].map(Number), batch };
}

function rowsOf({ data, dims }: Tensor): number[][] {
  const width = dims[1] as number;
  return Array.from({ length: dims[0] as number }, (_, i) =>
    Array.from((data as Float32Array).slice(i * width, (i + 1) * width), Number),
  );
}

const train = csv("age,color,kind", "1,red,b", "3,blue,a", "5,red,b", "7,green,a");
const val = csv("kind,color,age", "a,blue,4", "b,red,9");

describe("a CSV file", () => {
  test("numbers are standardised from train alone, categories one-hot, classes by name", async () => {
    const data = await table(train, { label: "kind", val, name: "toy" });
    expect([data.train.classNames, data.train.name, data.val.name]).toEqual([["a", "b"], "toy (train)", "toy (val)"]);
    const deviation = Math.sqrt(5);
    const age = (value: number) => Math.fround((value - 4) / deviation);
    // Columns in the file's order; categories blue, green, red.
    expect(await all(data.train)).toMatchObject({
      rows: [
        [age(1), 0, 0, 1],
        [age(3), 1, 0, 0],
        [age(5), 0, 0, 1],
        [age(7), 0, 1, 0],
      ],
      labels: [1, 0, 1, 0],
    });
    expect(await all(data.val)).toMatchObject({
      rows: [
        [age(4), 1, 0, 0],
        [age(9), 0, 0, 1],
      ],
      labels: [0, 1],
    });
    expect(data.train.preprocessing).toEqual({
      version: 1,
      kind: "table",
      label: "kind",
      encoding: "one-hot",
      missing: "error",
      missingValues: [""],
      columns: [
        { name: "age", kind: "number", mean: 4, deviation, indicator: false },
        { name: "color", kind: "category", values: ["blue", "green", "red"] },
      ],
    });
  });

  test("categories as indices for embeddings are an input of their own, 0 for none", async () => {
    const data = await table(train, { label: "kind", val, encoding: "index" });
    const { inputs } = await data.train.read(Uint32Array.of(0, 1, 2, 3));
    const { numbers, categories } = inputs as Record<string, Tensor>;
    expect([[...numbers!.dims], [...categories!.dims], categories!.type]).toEqual([[4, 1], [4, 1], "int64"]);
    expect(rowsOf(categories!)).toEqual([[3], [1], [3], [2]]);
    expect(data.train.sampleShape).toEqual({ numbers: [1], categories: [1] });
  });

  test("a split by seed measures train rows alone", async () => {
    const path = csv("x,y", ...Array.from({ length: 40 }, (_, i) => `${i * i},${i % 2}`));
    const data = await table(path, { label: "y", splitSeed: 3, valFraction: 0.25 });
    expect([data.train.size, data.val.size]).toEqual([30, 10]);
    const { rows, labels } = await all(data.train);
    const values = rows.map(([value]) => value!);
    expect(values.reduce((a, b) => a + b, 0) / 30).toBeCloseTo(0, 6);
    expect(values.reduce((a, b) => a + b * b, 0) / 30).toBeCloseTo(1, 6);
    expect(labels.filter((label) => label === 1).length).toBe(15);
    const again = await table(path, { label: "y", splitSeed: 3, valFraction: 0.25 });
    expect(again.train.preprocessing).toEqual(data.train.preprocessing);
    expect((await all(again.val)).rows).toEqual((await all(data.val)).rows);
  });

  test("missing values are the mean with an indicator, and no category, where declared", async () => {
    const path = csv("x,c,y", "1,p,0", "NA,q,1", "3,,0", "5,p,1");
    const other = csv("x,c,y", "NA,new,1");
    const options: TableOptions = { label: "y", val: other, missing: "impute", missingValues: ["NA", ""] };
    const data = await table(path, options);
    const { rows } = await all(data.train);
    expect(rows.map((row) => row.slice(1))).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0, 0, 0],
      [0, 1, 0],
    ]);
    expect(rows[1]![0]).toBe(0);
    expect((await all(data.val)).rows).toEqual([[0, 1, 0, 0]]);
    const { test: tested } = await table(path, { ...options, test: csv("x,c,y", "NA,q,1", "3,q,0") });
    expect((await all(tested!)).rows).toEqual([
      [0, 1, 0, 1],
      [0, 0, 0, 1],
    ]);
  });

  test("repeats what a model file holds", async () => {
    const data = await table(train, { label: "kind", val });
    const held = preprocessingOfKind(parsePreprocessing(JSON.stringify(data.train.preprocessing)), "table", "toy")!;
    const { classNames } = data.train;
    const again = await table(val, { val: train, preprocessing: held, classNames: classNames! });
    expect((await all(again.train)).rows).toEqual((await all(data.val)).rows);
    expect((await all(again.val)).rows).toEqual((await all(data.train)).rows);
    expect(again.train.preprocessing).toEqual(held);
  });

  test("integer labels are in order of value; columns are chosen, left out, or read as categories", async () => {
    const path = csv("id,zip,x,y", "1,10,5,2", "2,20,6,10", "3,10,7,2", "4,9,8,10");
    const options: TableOptions = { label: "y", val: path, exclude: ["id"], categories: ["zip"] };
    const { train: source } = await table(path, options);
    expect(source.classNames).toEqual(["2", "10"]);
    const { columns } = source.preprocessing as TablePreprocessing;
    expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["zip category", "x number"]);
    expect(columns[0]).toMatchObject({ values: ["9", "10", "20"] });
    const { train: chosen } = await table(path, { label: "y", val: path, columns: ["x"] });
    expect(chosen.sampleShape).toEqual([1]);
  });
});

test("Parquet keeps its types: numbers, booleans, texts, absent values, and floats that hold integers as labels", async () => {
  const path = join(folder, "typed.parquet");
  const database = await Database.open();
  await database.run(
    `COPY (SELECT * FROM (VALUES (1.5::FLOAT, true, 'u', 0.0::DOUBLE, 7::BIGINT), ('nan'::FLOAT, false, NULL, 1.0, 8), (2.5, true, 'v', 1.0, 9))
     AS t(f, b, s, y, n)) TO ${sqlText(path)} (FORMAT parquet)`,
    path,
  );
  await database.close();
  const { train: source } = await table(path, { label: "y", val: path, missing: "impute" });
  expect(source.classNames).toEqual(["0", "1"]);
  const { columns } = source.preprocessing as TablePreprocessing;
  expect(columns).toMatchObject([
    { name: "f", kind: "number", mean: 2, deviation: 0.5, indicator: true },
    { name: "b", kind: "category", values: ["false", "true"] },
    { name: "s", kind: "category", values: ["u", "v"] },
    { name: "n", kind: "number", mean: 8 },
  ]);
  expect((await all(source)).rows[1]!.slice(0, 6)).toEqual([0, 1, 1, 0, 0, 0]);
});

describe("one sentence for", () => {
  test.each<[string, string[], TableOptions, string]>([
    ["no label option", ["x,y", "1,0"], {}, "Expected label to name the column of class labels, got none (DIR)."],
    ["no such column", ["x,y", "1,0"], { label: "z" }, 'Expected a column "z", got "x", "y" (DIR).'],
    ["no such column to leave out", ["x,y", "1,0", "2,1"], { label: "y", exclude: ["w"] }, 'Expected a column "w"'],
    ["no rows", ["x,y"], { label: "y" }, "Expected at least one row, got none (DIR)."],
    ["a missing label", ["x,y", "1,0", "2,"], { label: "y" }, 'Expected a label in column "y", got none (DIR, row 1).'],
    [
      "a missing number",
      ["x,y", "1,0", ",1", "2,1", "3,0", "4,0"],
      { label: "y", val: "DIR" },
      'Expected a value in column "x", got none (DIR, row 1). Fill it in, or let missing be "impute" (--missing impute).',
    ],
    [
      "numbers and texts in one column",
      ["x,y", "1,0", "?,1", "2,1"],
      { label: "y" },
      'Expected column "x" to hold either numbers or categories, got 1 of 3 values that are no numbers, like "?" (DIR).',
    ],
    [
      "an infinity",
      ["x,y", "1,0", "inf,1"],
      { label: "y" },
      'Expected column "x" to hold finite numbers, got Infinity',
    ],
    ["a column without values", ["x,w,y", "1,,0", "2,,1"], { label: "y" }, 'Expected values in column "w", got none'],
    ["nothing to learn from", ["y", "0", "1"], { label: "y" }, 'Expected a column besides the label "y", got none'],
    [
      "a misspelt option",
      ["x,y", "1,0"],
      { label: "y", vall: "x" } as TableOptions,
      "Expected an option of label, val,",
    ],
    [
      "a val file and a fraction",
      ["x,y", "1,0"],
      { label: "y", val: "x", valFraction: 0.1 },
      "Expected either a val file or",
    ],
    [
      "labels outside the classes",
      ["x,y", "1,c"],
      { label: "y", classNames: ["a", "b"] },
      'Expected a class of "a", "b", got "c"',
    ],
  ])("%s", async (_, lines, options, message) => {
    const path = csv(...lines);
    const given = options.val === "DIR" ? { ...options, val: path } : options;
    const error: Error = await table(path, given).then(
      () => new Error("nothing was wrong"),
      (caught: Error) => caught,
    );
    expect(error.message.replaceAll(path, "DIR")).toContain(message);
  });

  test("a category or class that train has not, and too many categories", async () => {
    const strange = csv("age,color,kind", "4,black,a");
    await expect(table(train, { label: "kind", val: strange })).rejects.toThrow(
      `Expected a category of column "color" that train has: "blue", "green", "red", got "black" (${strange}, row 0).`,
    );
    const classes = csv("age,color,kind", "4,red,c");
    await expect(table(train, { label: "kind", val: classes })).rejects.toThrow(
      'Expected a class of "a", "b", got "c"',
    );
    const names = csv("name,y", ...Array.from({ length: 1100 }, (_, i) => `n${i},${i % 2}`));
    await expect(table(names, { label: "y", val: names })).rejects.toThrow(
      'at most 1000 categories in column "name", got 1100',
    );
    await expect(table(join(folder, "absent.csv"), { label: "y" })).rejects.toThrow("got no such file");
  });
});
