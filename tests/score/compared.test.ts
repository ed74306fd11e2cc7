import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mcnemar, pairedProportionsInterval } from "../../src/metrics/index.ts";
import { compareFiles, type Comparison } from "../../src/score/index.ts";
import { folder, write } from "./files.ts";

interface Fixture {
  mcnemar: { firstOnly: number; secondOnly: number; pValue: number }[];
  pairedProportions: { table: [number, number, number, number]; interval: [number, number] }[];
  cases: {
    name: string;
    key: number[];
    order: number[];
    labels: number[];
    first: number[][];
    second: number[][];
    weights?: number[];
    expected: Comparison;
  }[];
}
const fixture = JSON.parse(readFileSync(new URL("../fixtures/compared.json", import.meta.url), "utf8")) as Fixture;

/** Numbers to 1e-12, of themselves where they are larger than 1; everything else as it is. */
function agrees(found: unknown, expected: unknown, path: string): void {
  if (typeof expected === "number") {
    expect(Math.abs((found as number) - expected), `${path}: ${String(found)}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(expected)),
    );
  } else if (typeof expected === "object" && expected !== null) {
    for (const [name, value] of Object.entries(expected)) {
      agrees((found as Record<string, unknown> | undefined)?.[name], value, `${path}.${name}`);
    }
  } else expect(found, path).toBe(expected);
}

test.each(fixture.mcnemar)("McNemar's exact test of $firstOnly and $secondOnly is SciPy's", (pair) => {
  const found = mcnemar(pair.firstOnly, pair.secondOnly);
  expect(mcnemar(pair.secondOnly, pair.firstOnly)).toBe(found);
  // Of the number itself: p-values are told apart by their size.
  expect(Math.abs(found / pair.pValue - 1)).toBeLessThan(1e-8);
  agrees(found, pair.pValue, "pValue");
});

test.each(fixture.pairedProportions)("Newcombe's interval of $table", ({ table, interval }) => {
  const [both, firstOnly, secondOnly, neither] = table;
  agrees(pairedProportionsInterval({ both, firstOnly, secondOnly, neither }), interval, "interval");
});

describe.each(fixture.cases)("two models, $name", ({ key, order, labels, first, second, weights, expected }) => {
  test.each(["csv", "parquet"])("in %s compare as in SciPy", async (ending) => {
    const path = folder();
    const weight = weights === undefined ? {} : { weight: weights };
    const take = <T>(values: readonly T[]) => order.map((at) => values[at] as T);
    const one = await write(join(path, `one.${ending}`), { key, label: labels, scores: first, ...weight });
    const other = await write(join(path, `other.${ending}`), {
      key: take(key),
      label: take(labels),
      scores: take(second),
      ...(weights === undefined ? {} : { weight: take(weights) }),
    });
    const options = {
      label: "label",
      scores: "scores",
      kind: "logits" as const,
      ...(weights === undefined ? {} : { weight: "weight" }),
    };
    const { comparison } = await compareFiles([one], [other], "key", options);
    agrees(comparison, expected, "comparison");
    expect(comparison.rocAuc === undefined).toBe(expected.rocAuc === undefined);
  });
});
