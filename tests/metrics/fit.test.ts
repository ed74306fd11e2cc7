import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import {
  fitTemperature,
  fitThreshold,
  RankedState,
  TemperatureSearch,
  TemperatureState,
  temperedScores,
  thresholdMetrics,
  type ThresholdMetric,
} from "../../src/metrics/index.ts";

interface Fixture {
  readonly temperatures: {
    readonly name: string;
    readonly labels: number[];
    readonly logits: number[];
    readonly weights?: number[];
    readonly temperature: number;
    readonly lbfgs: number | null;
    readonly before: number;
    readonly after: number;
  }[];
  readonly thresholds: {
    readonly name: string;
    readonly labels: number[];
    readonly scores: number[];
    readonly weights?: number[];
    readonly best: Record<ThresholdMetric, number>;
  }[];
}

const fixture = JSON.parse(readFileSync(new URL("../fixtures/fit.json", import.meta.url), "utf8")) as Fixture;
const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

describe.each(fixture.temperatures)("the temperature of scores that are $name", (given) => {
  const fit = fitTemperature(given);

  test("is SciPy's and PyTorch's", () => {
    expect(relative(fit.temperature, given.temperature)).toBeLessThan(1e-9);
    expect(relative(fit.before, given.before)).toBeLessThan(1e-12);
    expect(relative(fit.after, given.after)).toBeLessThan(1e-12);
    // LBFGS stops where the loss no longer changes, which is half of the digits.
    if (given.lbfgs !== null) expect(relative(fit.temperature, given.lbfgs)).toBeLessThan(1e-6);
  });

  test("is the lowest loss around", () => {
    const classes = given.logits.length / given.labels.length;
    for (const factor of [0.99, 1.01]) {
      const state = new TemperatureState(classes, factor / fit.temperature);
      state.add(given);
      expect(state.loss()).toBeGreaterThan(fit.after);
    }
  });
});

test("a temperature has the same bits for any order of the rows and any batches", () => {
  const { labels, logits } = fixture.temperatures[0]!;
  const order = labels.map((_, i) => i);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(order, { minLength: order.length }),
      fc.integer({ min: 1, max: 50 }),
      (rows, size) => {
        const search = new TemperatureSearch();
        while (search.fit === undefined) {
          const states = search.factors.map((factor) => new TemperatureState(5, factor));
          for (let at = 0; at < rows.length; at += size) {
            const part = rows.slice(at, at + size);
            const batch = {
              labels: part.map((i) => labels[i]!),
              logits: part.flatMap((i) => logits.slice(5 * i, 5 * i + 5)),
            };
            for (const state of states) state.add(batch);
          }
          search.take(states);
        }
        expect(search.fit).toEqual(fitTemperature({ labels, logits }));
      },
    ),
    { numRuns: 10 },
  );
});

test("a temperature of log-probabilities, or of probabilities' logarithms, is that of the logits", () => {
  const { labels, logits, temperature } = fixture.temperatures[0]!;
  const random = new Random(1, "shift");
  const shifted = Float64Array.from(logits);
  labels.forEach((_, i) => {
    const shift = random.normal();
    for (let k = 5 * i; k < 5 * i + 5; k++) shifted[k]! += shift;
  });
  expect(relative(fitTemperature({ labels, logits: shifted }).temperature, temperature)).toBeLessThan(1e-12);
  expect([...temperedScores(Float64Array.of(1, 0.5, 0), "probabilities", 2)]).toEqual([
    0,
    Math.log(0.5) / 2,
    -Infinity,
  ]);
  expect([...temperedScores(Float64Array.of(1, -3), "log-probabilities", 2)]).toEqual([0.5, -1.5]);
});

test("a class that cannot be, of score -Infinity, takes no part", () => {
  const { labels, logits } = fixture.temperatures[3]!;
  const wider = labels.flatMap((_, i) => [logits[2 * i]!, logits[2 * i + 1]!, -Infinity]);
  expect(fitTemperature({ labels, logits: wider })).toEqual(fitTemperature({ labels, logits }));
});

test.each<[string, Parameters<typeof fitTemperature>[0], RegExp]>([
  ["all right", { logits: [2, 1, 0, 3], labels: [0, 1] }, /label has not the highest score, got none/],
  ["all wrong", { logits: [2, 1, 0, 3], labels: [1, 0] }, /tell more than chance/],
  ["without weight", { logits: [2, 1, 0, 3], labels: [1, 1], weights: [0, 0] }, /rows with weight/],
  ["NaN", { logits: [2, 1, 0, NaN], labels: [1, 0] }, /finite scores to fit a temperature to, got 0 \(sample 1\)/],
  ["infinite", { logits: [2, Infinity, 0, 1], labels: [0, 0] }, /finite scores .*got 2 \(sample 0\)/],
  ["impossible", { logits: [2, 1, -Infinity, 1], labels: [1, 0] }, /finite scores .*got -Infinity \(sample 1\)/],
  ["of another number", { logits: [2, 1, 0, 3], labels: [1, 1], weights: [1] }, /2 logits a label, and a weight each/],
])("no temperature is fitted to scores that are %s", (_, batch, message) => {
  expect(() => fitTemperature(batch)).toThrow(message);
});

const metrics = Object.keys(thresholdMetrics) as ThresholdMetric[];

describe.each(fixture.thresholds)("the threshold of $name", ({ labels, scores, weights, best }) => {
  const state = new RankedState(2);
  state.add({ scores: scores.flatMap((p) => [1 - p, p]), labels, ...(weights && { weights }) });
  const weightOf = (wanted: (i: number) => boolean) =>
    labels.reduce((sum, _, i) => sum + (wanted(i) ? (weights?.[i] ?? 1) : 0), 0);
  const read = (metric: ThresholdMetric, threshold: number) =>
    thresholdMetrics[metric](
      weightOf((i) => labels[i] === 1 && scores[i]! >= threshold),
      weightOf((i) => labels[i] === 0 && scores[i]! >= threshold),
      weightOf((i) => labels[i] === 1),
      weightOf((i) => labels[i] === 0),
    );

  test.each(metrics)("gives the best %s of all thresholds, as scikit-learn reads it", (metric) => {
    const fit = fitThreshold(state.counter(1), metric);
    expect(Math.abs(fit.value - best[metric])).toBeLessThan(1e-12);
    expect(read(metric, fit.threshold)).toBe(fit.value);
    const asGood = scores.filter((score) => score > fit.threshold && read(metric, score) >= fit.value + 1e-12);
    expect(asGood).toEqual([]);
  });
});

test("a threshold needs both classes, and scores that are numbers", () => {
  const fit = (scores: number[], labels: number[]) => {
    const state = new RankedState(2);
    state.add({ scores: scores.flatMap((p) => [1 - p, p]), labels });
    return fitThreshold(state.counter(1), "f1");
  };
  expect(() => fit([0.2, 0.4], [1, 1])).toThrow(/rows of both classes .*got a weight of 2 positives and 0 negatives/);
  expect(() => fit([0.2, NaN], [1, 0])).toThrow(/scores that are not NaN/);
  expect(fit([0.2, 0.7, 0.7, 0.9], [0, 1, 0, 1])).toEqual({ threshold: 0.7, value: 0.8 });
  expect(fit([0.1, 0.9], [1, 0]).threshold).toBe(0.1);
});
