import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { table } from "./table.ts";
import { checkTable, checkTexts, type ColumnExtent } from "./check-memory.ts";

const root = mkdtempSync(join(tmpdir(), "onward-memory-"));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

const numbers = (count: number): ColumnExtent[] => Array.from({ length: count }, () => ({ kind: "number" }));
const plain = { encoding: "one-hot", missing: "error" } as const;

test("a table that is larger than memory is refused before it is read", () => {
  const wide = { size: 2_000_000, name: "wide.parquet" };
  expect(() => checkTable(wide, numbers(500), plain, 8e9)).toThrow(
    "Expected memory for 2000000 rows of 500 columns, about 12.0 GB, got 8.00 GB that is free (wide.parquet). " +
      "Leave columns out, take a part of the rows, or feed them in order with the library's stream.",
  );
  expect(() => checkTable(wide, numbers(500), plain, 12e9)).not.toThrow();
  expect(() => checkTable(wide, numbers(500), { ...plain, missing: "impute" }, 12e9)).toThrow("about 16.0 GB");
});

test("categories are counted as wide as they become, and with their texts", () => {
  const sales = { size: 10_000_000, name: "sales.csv" };
  const texts = { distinct: 900, length: 12 };
  const columns: ColumnExtent[] = [{ kind: "number" }, { kind: "category", texts, categories: 900 }];
  expect(() => checkTable(sales, columns, plain, 8e9)).toThrow(
    "Expected memory for 10000000 rows of 2 columns, 901 values with categories as zeros and ones, about 36.2 GB, got 8.00 GB that is free " +
      "(sales.csv). Leave columns out, encode categories as index, take a part of the rows, or feed them in order with the library's stream.",
  );
  expect(() => checkTable(sales, columns, { ...plain, encoding: "index" }, 8e9)).not.toThrow();
  const unlike: ColumnExtent[] = [{ kind: "category", texts: { distinct: 1e7, length: 2000 }, categories: 1 }];
  expect(() => checkTable(sales, unlike, plain, 8e9)).toThrow("about 21.1 GB");
});

test("texts are counted with their tokens", () => {
  const reviews = { size: 5_000_000, name: "reviews.csv" };
  expect(() => checkTexts(reviews, { distinct: 5e6, length: 3000 }, 512, 8e9)).toThrow(
    "Expected memory for 5000000 rows of texts of 3000 characters on average, about 26.3 GB, got 8.00 GB that is free (reviews.csv). " +
      "Take a part of the rows, or feed them in order with the library's stream.",
  );
  expect(() => checkTexts(reviews, { distinct: 5e6, length: 3000 }, 16, 17e9)).not.toThrow();
  expect(() => checkTexts(reviews, { distinct: 100, length: 3000 }, 512, 8e9)).not.toThrow();
});

test("what the process may take is asked for", () => {
  expect(() => checkTable({ size: 1e15, name: "a" }, numbers(1), plain)).toThrow("that is free");
  expect(() => checkTexts({ size: 1e15, name: "a" }, { distinct: 1, length: 1 }, 1)).toThrow("that is free");
  expect(() => checkTable({ size: 1000, name: "a" }, numbers(3), plain)).not.toThrow();
});

test("a file is measured before it is read, with the val rows of another", async () => {
  const lines = Array.from({ length: 400 }, (_, i) => `${i},${i % 3 === 0 ? "" : `c${i % 200}`},${i % 2}`);
  const path = join(root, "wide.csv");
  writeFileSync(path, ["a,b,kind", ...lines].join("\n"));
  writeFileSync(join(root, "few.csv"), ["a,b,kind", ...lines.slice(0, 20)].join("\n"));
  const available = (bytes: number) => vi.spyOn(process, "availableMemory").mockReturnValue(bytes);
  available(100_000);
  const options = { label: "kind", missing: "impute" } as const;
  const refused = /^Expected memory for 400 rows of 2 columns, [12]\d\d values with categories .*wide\.csv/;
  await expect(table(path, options)).rejects.toThrow(refused);
  await expect(table(path, { ...options, encoding: "index" })).resolves.toHaveProperty("train");
  const few = table(join(root, "few.csv"), { ...options, val: path });
  await expect(few).resolves.toHaveProperty("val");
  available(25_000);
  const again = table(join(root, "few.csv"), { ...options, val: path });
  await expect(again).rejects.toThrow(/^Expected memory for 400 rows of 2 columns, 1\d values .*wide\.csv/);
});
