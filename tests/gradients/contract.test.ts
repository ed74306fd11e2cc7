import { describe, expect, test } from "vitest";
import { registry } from "../../src/gradients/index.ts";
import { checkSample, type Run } from "./check-sample.ts";
import { samples } from "./samples/index.ts";

const runs: readonly Run[] = [
  { type: "float32", symbolic: false },
  { type: "float32", symbolic: true },
  { type: "float64", symbolic: false },
];
const tolerance = { float32: 1e-3, float64: 1e-7 } as const;

const differentiable = [...registry].filter(([, { status }]) => status === "rule" || status === "rewritten");

describe.each(differentiable.map(([op]) => op))("%s", (op) => {
  const own = samples[op] ?? [];

  test("has a sample", () => {
    expect(own.length).toBeGreaterThan(0);
  });

  test.each(own)("$name", async (sample) => {
    let ran = 0;
    for (const run of runs) {
      if (sample.only !== undefined && sample.only !== run.type) continue;
      const outcome = await checkSample(op, sample, run);
      if (outcome === undefined) continue;
      ran++;
      const limit = tolerance[run.type] * (sample.slack ?? 1);
      expect(outcome.error, `${run.type}${run.symbolic ? ", symbolic" : ""}: ${outcome.what}`).toBeLessThanOrEqual(
        limit,
      );
    }
    expect(ran, "runs that the runtime has kernels for").toBeGreaterThan(0);
  });
});

test("every sample belongs to an op with a gradient", () => {
  const ops = new Set(differentiable.map(([op]) => op));
  expect(Object.keys(samples).filter((op) => !ops.has(op))).toEqual([]);
});
