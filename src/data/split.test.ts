import fc from "fast-check";
import { expect, test } from "vitest";
import { stratifiedSplit } from "./split.ts";

test("parts are disjoint, whole, of the wanted size, and each class is split alike", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(4), { minLength: 2, maxLength: 200 }),
      fc.double({ min: 0.05, max: 0.7, noNaN: true }),
      fc.nat(),
      (labels, fraction, seed) => {
        const { train, val } = stratifiedSplit(labels, { fraction, seed });
        expect([...train, ...val].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        const wanted = Math.max(1, Math.round(labels.length * fraction));
        expect(val.length).toBe(wanted);
        for (const label of new Set(labels)) {
          const exact = (labels.filter((other) => other === label).length * wanted) / labels.length;
          const got = [...val].filter((i) => labels[i] === label).length;
          expect(Math.abs(got - exact)).toBeLessThan(1);
        }
      },
    ),
  );
});

test("it follows from the seed", () => {
  const labels = Array.from({ length: 50 }, (_, i) => i % 3);
  const val = (seed: number) => stratifiedSplit(labels, { fraction: 0.3, seed }).val.join();
  expect(val(1)).toBe(val(1));
  expect(val(1)).not.toBe(val(2));
});

test.each([
  [[0, 1], 0, "Expected samples for both train and val, got 2 samples and a val fraction of 0 (data)."],
  [[0, 1], 1, "Expected val fraction to be a number in [0, 1), got 1 (data)."],
  [[0], 0.5, "Expected samples for both train and val, got 1 samples"],
])("refuses labels %j with a fraction of %d", (labels, fraction, message) => {
  expect(() => stratifiedSplit(labels, { fraction, seed: 1 })).toThrow(message);
});
