import { expect, test } from "vitest";
import { BrierState } from "./brier-state.ts";

test("batches that get smaller and change their weights add their own rows alone", () => {
  const batches = [
    { probabilities: [0.5, 0.5, 0.2, 0.8, 1, 0], labels: [0, 1, 1], weights: [1, 2, 4] },
    { probabilities: [0.25, 0.75], labels: [1], weights: undefined },
    { probabilities: [0.5, 0.5, 0.9, 0.1], labels: [-1, 0], weights: [8, 0.5] },
  ];
  const [together, merged] = [new BrierState(), new BrierState()];
  for (const { probabilities, labels, weights } of batches) {
    together.add(probabilities, 2, labels, weights);
    const alone = new BrierState();
    alone.add(probabilities, 2, labels, weights);
    merged.merge(alone);
  }
  expect(together.read()).toBe(merged.read());
  expect(together.standardError()).toBe(merged.standardError());
  const [weighted, weight] = [1 * 0.5 + 2 * 0.08 + 4 * 2 + 1 * 0.125 + 0.5 * 0.02, 8.5];
  expect(together.read()).toBeCloseTo(weighted / weight, 14);
});
