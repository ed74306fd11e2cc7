import { join } from "node:path";
import { expect, test } from "vitest";
import { scoreFiles } from "../../src/score/index.ts";
import { folder, write } from "./files.ts";

/** Rows of a group: labels 0 to 9, of which two in three are decided right. */
function rowsOf(groups: readonly string[]) {
  const rows = groups.flatMap((g) => Array.from({ length: 30 }, (_, i) => ({ g, y: i % 10, p: i % 3 ? i % 10 : 9 })));
  return { g: rows.map(({ g }) => g), y: rows.map(({ y }) => y), p: rows.map(({ p }) => p) };
}

test("a group's report is that of its rows alone, but for a matrix where many groups have many classes", async () => {
  const at = folder();
  const names = Array.from({ length: 11 }, (_, i) => `group ${i}`);
  const all = await write(join(at, "all.csv"), rowsOf(names));
  const alone = await write(join(at, "alone.csv"), rowsOf(names.slice(0, 1)));
  const columns = { label: "y", prediction: "p" } as const;

  const few = await scoreFiles([all], { ...columns, by: "g" });
  expect(Object.keys(few.by ?? {})).toEqual([...names].sort());
  expect(few.by?.["group 0"]).toEqual(await scoreFiles([alone], columns));
  expect(few.by?.["group 0"]?.metrics.confusion).toHaveLength(10);

  const classes = Array.from({ length: 1000 }, (_, k) => String(k));
  const many = await scoreFiles([all], { ...columns, classes, by: "g" });
  const { metrics, ...rest } = await scoreFiles([alone], { ...columns, classes });
  const { confusion, ...withoutMatrix } = metrics;
  expect(confusion).toHaveLength(1000);
  expect(many.metrics.confusion).toHaveLength(1000);
  expect(many.by?.["group 0"]).toEqual({ ...rest, metrics: withoutMatrix });
  expect(many.by?.["group 0"]?.intervals.balancedAccuracy).toEqual(few.by?.["group 0"]?.intervals.balancedAccuracy);
  // Only the classes that occur have intervals.
  expect(rest.intervals.perClass?.filter((entry) => entry.recall !== undefined)).toHaveLength(10);
});
