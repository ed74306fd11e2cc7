import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { averagePrecision, precisionRecallCurve, RankedState, rocAuc, rocCurve } from "../../src/metrics/index.ts";

interface Case {
  readonly name: string;
  readonly labels: number[];
  readonly scores: number[];
  readonly weights?: number[];
  readonly roc: [falsePositiveRate: number, truePositiveRate: number, threshold: number][];
  readonly precisionRecall: [precision: number, recall: number, threshold: number][];
  readonly rocAuc: number;
  readonly averagePrecision: number;
}

const { cases } = JSON.parse(readFileSync(new URL("../fixtures/curves.json", import.meta.url), "utf8")) as {
  cases: Case[];
};
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-12;

function counterOf({ scores, labels, weights }: Pick<Case, "scores" | "labels" | "weights">) {
  const state = new RankedState(2);
  state.add({ scores: scores.flatMap((p) => [1 - p, p]), labels, ...(weights && { weights }) });
  return state.counter(1);
}

describe.each(cases)("the curves of $name", (given) => {
  const counter = counterOf(given);
  const positiveScores = [...new Set(given.scores.filter((_, i) => given.labels[i] === 1))];

  test("of ROC go through scikit-learn's points, by the thresholds of positives", () => {
    const points = rocCurve(counter);
    const known = points.filter(({ threshold }) => threshold !== undefined);
    expect(known.map(({ threshold }) => threshold)).toEqual([...positiveScores].sort((a, b) => b - a));
    for (const { falsePositiveRate, truePositiveRate, threshold } of known) {
      const [x, y] = given.roc.find((point) => point[2] === threshold)!;
      expect([near(falsePositiveRate, x), near(truePositiveRate, y)], String(threshold)).toEqual([true, true]);
    }
    expect(points[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
  });

  test("of ROC leave none of scikit-learn's points aside", () => {
    const points = rocCurve(counter);
    for (const [x, y] of given.roc) {
      const on = points.some(({ falsePositiveRate: x2, truePositiveRate: y2 }, i) => {
        const { falsePositiveRate: x1, truePositiveRate: y1 } = points[Math.max(0, i - 1)]!;
        const inside = x >= x1 - 1e-12 && x <= x2 + 1e-12 && y >= y1 - 1e-12 && y <= y2 + 1e-12;
        return inside && near((x2 - x1) * (y - y1), (x - x1) * (y2 - y1));
      });
      expect(on, `${x}, ${y}`).toBe(true);
    }
  });

  test("of precision and recall are scikit-learn's, by the thresholds of positives", () => {
    const points = precisionRecallCurve(counter);
    expect(points.map(({ threshold }) => threshold)).toEqual([...positiveScores].sort((a, b) => b - a));
    for (const { precision, recall, threshold } of points) {
      const [y, x] = given.precisionRecall.find((point) => point[2] === threshold)!;
      expect([near(precision, y), near(recall, x)], String(threshold)).toEqual([true, true]);
    }
  });

  test("have scikit-learn's areas, which are also those under their points", () => {
    const roc = rocCurve(counter);
    const trapezoids = roc.slice(1).reduce((sum, { falsePositiveRate, truePositiveRate }, i) => {
      const before = roc[i]!;
      return sum + ((falsePositiveRate - before.falsePositiveRate) * (truePositiveRate + before.truePositiveRate)) / 2;
    }, 0);
    const steps = precisionRecallCurve(counter).reduce(
      ([sum, last], { precision, recall }) => [sum + (recall - last) * precision, recall] as const,
      [0, 0] as readonly [number, number],
    );
    for (const area of [trapezoids, rocAuc(counter)!.value]) expect(near(area, given.rocAuc)).toBe(true);
    for (const area of [steps[0], averagePrecision(counter)!]) expect(near(area, given.averagePrecision)).toBe(true);
  });
});

test("without positives or negatives there is no ROC curve, and without positives no precision", () => {
  const [lone, none] = [counterOf({ scores: [0.5, 0.7], labels: [1, 1] }), counterOf({ scores: [0.5], labels: [0] })];
  expect([rocCurve(lone), rocCurve(none), precisionRecallCurve(none)]).toEqual([[], [], []]);
  expect(precisionRecallCurve(lone).map(({ precision }) => precision)).toEqual([1, 1]);
});

test("rows without weight make no point, and NaN has no place", () => {
  const weightless = counterOf({ scores: [0.9, 0.7, 0.5], labels: [1, 1, 0], weights: [0, 1, 1] });
  expect(precisionRecallCurve(weightless)).toEqual([{ precision: 1, recall: 1, threshold: 0.7 }]);
  const broken = counterOf({ scores: [0.9, NaN], labels: [1, 0] });
  expect(() => rocCurve(broken)).toThrow(/not NaN, for a curve, got 1/);
  expect(() => precisionRecallCurve(broken)).toThrow(/not NaN, for a curve, got 1/);
});
