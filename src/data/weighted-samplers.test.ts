import fc from "fast-check";
import { expect, test } from "vitest";
import { classBalanced, shuffledSubset, stratified, weighted } from "./weighted-samplers.ts";

const seeds = fc.nat();

test("weighted draws by weight, never what has none", () => {
  const weights = [1, 0, 3, 6, 0];
  const counts = [0, 0, 0, 0, 0];
  weighted(weights, { seed: 5, count: 20_000 })
    .order(5, 1)
    .forEach((sample) => counts[sample]!++);
  counts.forEach((count, i) => {
    const share = weights[i]! / 10;
    // Five standard deviations.
    expect(Math.abs(count - 20_000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(20_000 * share * (1 - share)));
  });
});

test("class-balanced draws each class alike", () => {
  const labels = Array.from({ length: 1000 }, (_, i) => (i % 50 === 0 ? 1 : 0));
  const order = classBalanced(labels, { seed: 5, count: 10_000 }).order(1000, 3);
  const rare = order.filter((sample) => labels[sample] === 1).length;
  expect(Math.abs(rare - 5000)).toBeLessThan(5 * 50);
});

test("stratified sees every sample once, each stretch with the classes' shares", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 200 }),
      seeds,
      fc.nat(200),
      fc.nat(200),
      (labels, seed, a, b) => {
        const order = [...stratified(labels, { seed }).order(labels.length, 2)];
        expect([...order].sort((x, y) => x - y)).toEqual([...labels.keys()]);
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((at) => at % (labels.length + 1)).sort((x, y) => x - y);
        const classes = new Set(labels);
        for (const label of classes) {
          const share = labels.filter((other) => other === label).length / labels.length;
          const got = order.slice(from, to).filter((sample) => labels[sample] === label).length;
          expect(Math.abs(got - share * (to! - from!))).toBeLessThanOrEqual(2 + classes.size);
        }
      },
    ),
  );
});

test("a subset is seen once, and nothing else", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(99), { minLength: 1 }), seeds, (samples, seed) => {
      const order = shuffledSubset(Uint32Array.from(samples), { seed }).order(100, 1);
      expect([...order].sort((a, b) => a - b)).toEqual([...samples].sort((a, b) => a - b));
    }),
  );
});

test("each is a function of seed and epoch", () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 3);
  const makers = [
    (seed: number) => weighted(labels, { seed }),
    (seed: number) => classBalanced(labels, { seed }),
    (seed: number) => stratified(labels, { seed }),
    (seed: number) => shuffledSubset(Uint32Array.from(labels.keys()), { seed }),
  ];
  for (const make of makers) {
    const first = make(1).order(60, 1).join();
    expect(make(1).order(60, 1).join()).toBe(first);
    expect(make(1).order(60, 2).join()).not.toBe(first);
    expect(make(2).order(60, 1).join()).not.toBe(first);
  }
});

test.each([
  [() => weighted([1, -1], { seed: 1 }), "Expected weights to be finite and at least 0, got -1 (weight 1)."],
  [() => weighted([1, NaN], { seed: 1 }), "got NaN (weight 1)."],
  [() => weighted([0, 0], { seed: 1 }), "Expected a weight above 0, got none."],
  [() => weighted([1], { seed: 1, count: 0 }), "Expected count to be a positive integer, got 0."],
  [() => weighted([1], { seed: 1 }).order(2, 1), "Expected 2 weights, one for each sample, got 1."],
  [() => stratified([1], { seed: 1 }).order(2, 1), "Expected 2 labels, one for each sample, got 1."],
  [() => shuffledSubset(Uint32Array.of(2), { seed: 1 }).order(2, 1), "Expected sample numbers in [0, 2), got 2."],
])("refuses what does not fit", (make, message) => {
  expect(make).toThrow(message);
});
