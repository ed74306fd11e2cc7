import { expect, test } from "vitest";
import { balancedClassWeights } from "./balanced-class-weights.ts";

test("every class weighs the same, and the mean over the labels is 1", () => {
  const labels = [0, 2, 2, 2, 0, 1, -100];
  const weights = balancedClassWeights(labels, 3);
  expect(weights).toEqual([6 / (3 * 2), 6 / 3, 6 / (3 * 3)]);
  const kept = labels.filter((label) => label >= 0);
  expect(kept.reduce((sum, label) => sum + (weights[label] ?? NaN), 0) / kept.length).toBeCloseTo(1, 15);
});

test("a class without a label weighs 0, and the others as if it were not there", () => {
  expect(balancedClassWeights([0, 0, 2, 2], 3)).toEqual([1, 0, 1]);
});

test.each([
  [[0, 3], "Expected label to be in [0, 3), got 3 (sample 1)."],
  [[-100], "Expected labels to count, got none."],
])("%j is refused", (labels, message) => {
  expect(() => balancedClassWeights(labels, 3)).toThrow(message);
});
