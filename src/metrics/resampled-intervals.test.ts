import { expect, test } from "vitest";
import { ConfusionState } from "./confusion-state.ts";
import { recall } from "./recall.ts";
import { occurringClasses, resampledIntervals, resamplingDraws } from "./resampled-intervals.ts";

function stateOf(classes: number, cells: readonly (readonly [label: number, prediction: number, count: number])[]) {
  return ConfusionState.fromJSON({ classes, cells });
}

const microRecall = (state: ConfusionState, resamples: number) =>
  resampledIntervals(state, (counts) => [recall(counts).micro], { resamples })?.[0];

// The part decided right of 100 samples, 70 of them right, is a binomial draw over 100: SciPy's
// `binom(100, 0.7).ppf([0.025, 0.975]) / 100` is [0.61, 0.79].
test("quantiles are the binomial's where cells are drawn, and where rows are", () => {
  const few = stateOf(2, [
    [0, 0, 70],
    [0, 1, 30],
  ]);
  const many = stateOf(
    10,
    Array.from({ length: 10 }, (_, k) => [[k, k, 7] as const, [k, (k + 1) % 10, 3] as const]).flat(),
  );
  expect(resamplingDraws(few)).toBe(16);
  expect(resamplingDraws(many)).toBe(100);
  expect(microRecall(few, 20_000)).toEqual([0.61, 0.79]);
  expect(microRecall(many, 20_000)).toEqual([0.61, 0.79]);
});

test("classes that do not occur change nothing and cost nothing", () => {
  const cells = [
    [1, 1, 30],
    [1, 2, 10],
    [2, 2, 25],
  ] as const;
  const spread = stateOf(
    2000,
    cells.map(([label, prediction, count]) => [label * 700, prediction * 700, count] as const),
  );
  expect(occurringClasses(spread)).toEqual([700, 1400]);
  expect(microRecall(spread, 1000)).toEqual(microRecall(stateOf(3, cells), 1000));
});

test("as many rows as there are classes squared are affordable, many of both are not", () => {
  const diagonal = (classes: number, count: number) => {
    const cells = Array.from(
      { length: classes * 25 },
      (_, i) => [i % classes, ((i * 7 + i / classes) | 0) % classes, count] as const,
    );
    return stateOf(classes, cells);
  };
  expect(microRecall(diagonal(1000, 1), 2)).toBeDefined();
  expect(microRecall(diagonal(1000, 100), 2)).toBeUndefined();
  expect(resamplingDraws(diagonal(1000, 100))).toBe(0);
});

test("resamples have to be a count", () => {
  expect(() => microRecall(stateOf(2, [[0, 0, 1]]), 0)).toThrow("resamples to be an integer of at least 1");
});
