import { expect, test } from "vitest";
import { dataOption } from "./data-option.ts";
import type { DataValues } from "./data-options.ts";

test("names the data for a run folder", () => {
  expect(dataOption("mnist").name).toBe("mnist");
  expect(dataOption("idx:some/Fashion MNIST/").name).toBe("Fashion-MNIST");
  expect(dataOption("idx:/").name).toBe("idx");
});

test("loads what it names", async () => {
  await expect(dataOption("idx:no/such/folder").load()).rejects.toThrow("got none that can be read (no/such/folder)");
});

test.each(["", "idx:", "cifar10", "MNIST"])("refuses %j", (text) => {
  expect(() => dataOption(text)).toThrow(
    `Expected --data to be mnist, idx:DIR, images:DIR, csv:FILE, npy:DIR, parquet:FILE, got ${JSON.stringify(text)}.`,
  );
});

test.each<[string, DataValues, string]>([
  ["mnist", { label: "y" }, "Expected no options about data with --data mnist, got --label."],
  [
    "csv:a.csv",
    { "image-size": "8" },
    "Expected options for --data csv:a.csv, got --image-size. It takes --label, --val-file,",
  ],
  [
    "images:a",
    { augment: "blur" },
    'Expected --augment to be none, or some of crop, flip, rotate:DEGREES, color:STRENGTH, got "blur".',
  ],
  ["images:a", { augment: "rotate" }, 'Expected --augment rotate to be a number from 0 to 180, got "".'],
  ["csv:a.csv", { missing: "mean" }, 'Expected --missing to be one of error, impute, got "mean".'],
])("refuses for %s %j", (text, values, message) => {
  expect(() => dataOption(text, values)).toThrow(message);
});

test.each<[DataValues, string]>([
  [{ label: "y", "max-length": "8" }, "Expected --text COL with --max-length, got none."],
  [
    { label: "y", text: "t", tokenizer: "t.json", "missing-values": "NA" },
    "Expected no options about columns with --text COL, got --missing-values.",
  ],
])("refuses for a table %j", async (values, message) => {
  await expect(dataOption("csv:a.csv", values).load()).rejects.toThrow(message);
});

test("a flag that is not given has no effect", () => {
  expect(dataOption("mnist", { "skip-corrupt": false }).name).toBe("mnist");
});
