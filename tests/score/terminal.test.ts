import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { folder, write } from "./files.ts";
import { onward } from "./in-process.ts";

/** Rows of many classes, the first of which have long names. */
function rows(classes: number, length: number) {
  const random = new Random(classes, "rows");
  const names = Array.from({ length: classes }, (_, k) =>
    k < 3 ? `a class with quite a long name ${k}` : `class ${k}`,
  );
  const labels = Array.from({ length }, () => random.integer(classes));
  const scores = labels.map((y) => Array.from({ length: classes }, (_, k) => random.normal() + (k === y ? 2 : 0)));
  return {
    names,
    columns: { label: labels.map((k) => names[k]!), scores, site: labels.map((_, i) => `site ${i % 35}`) },
  };
}

describe.each([2, 10, 30, 100])("the summary of %i classes", (classes) => {
  const { names, columns } = rows(classes, 300);
  const file = write(join(folder(), "x.parquet"), columns);
  const words = ["--label", "label", "--scores", "scores", "--kind", "logits", "--classes", names.join(",")];

  test.each([80, 120, undefined])("fits %s columns, and says what it leaves out", async (width) => {
    const { out, code } = await onward(["score", await file, ...words], width);
    expect(code).toBe(0);
    const lines = out.split("\n");
    const widest = Math.max(...lines.map((line) => line.length));
    // The line that names classes without support is a sentence, which may wrap.
    expect(lines.find((line) => line.length > (width ?? 80) && !line.startsWith("The averages leave out"))).toBe(
      undefined,
    );
    expect(widest).toBeGreaterThan(60);
    expect(out).not.toContain("\u001B");
    expect(out.match(/^(a class|class \d)/gm)!.length).toBeGreaterThanOrEqual(Math.min(classes, 15));
    expect(/The 15 classes with the lowest F1, of [\d,]+ with rows/.test(out)).toBe(classes > 25);
    expect(/more pairs \(--json has the whole matrix\)/.test(out)).toBe(classes >= 10);
    expect(out).toMatch(/Reliability: accuracy \(=\)/);
  });
});

test("of many groups the first are listed", async () => {
  const { names, columns } = rows(2, 70);
  const file = await write(join(folder(), "x.csv"), {
    ...columns,
    label: columns.label.map((name) => names.indexOf(name)),
  });
  const words = ["--label", "label", "--scores", "scores", "--kind", "logits", "--by", "site"];
  const { out } = await onward(["score", file, ...words], 80);
  expect(out.match(/^site \d+ +2 +[\d.]+ +[\d.]+ \[/gm)).toHaveLength(30);
  expect(out).toMatch(/\n\.\.\. and 5 more groups \(--json has all\)\n$/);
});

test("columns without numbers are not shown", async () => {
  const file = await write(join(folder(), "x.csv"), { y: ["a", "b", "a"], p: ["a", "a", "a"] });
  const { out } = await onward(["score", file, "--label", "y", "--prediction", "p"]);
  expect(out).toMatch(/^class {4}support {2}precision {5}recall {9}F1$/m);
  expect(out).not.toMatch(/Reliability|loss|ROC/);
});

test("names cannot act on the terminal", async () => {
  const file = await write(join(folder(), "x.csv"), { y: ["a\u001B[31m", "b"], p: ["b", "b"] });
  const { out } = await onward(["score", file, "--label", "y", "--prediction", "p"]);
  expect(out).not.toContain("\u001B");
});
