import fc from "fast-check";
import { expect, test } from "vitest";
import { independentProportionsInterval } from "./independent-proportions.ts";

test.each([
  // Newcombe 1998, table II, method 10.
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
])("the paper's case %d/%d - %d/%d", (a, m, b, n, low, high) => {
  const got = independentProportionsInterval({ successes: a, trials: m }, { successes: b, trials: n });
  expect(got![0]).toBeCloseTo(low, 4);
  expect(got![1]).toBeCloseTo(high, 4);
});

test("turned round, it is the same with the other sign; without trials there is none", () => {
  const proportion = fc
    .integer({ min: 1, max: 1000 })
    .chain((trials) => fc.integer({ min: 0, max: trials }).map((successes) => ({ successes, trials })));
  fc.assert(
    fc.property(proportion, proportion, (first, second) => {
      const [low, high] = independentProportionsInterval(first, second)!;
      const [back, forth] = independentProportionsInterval(second, first)!;
      expect(back).toBeCloseTo(-high, 12);
      expect(forth).toBeCloseTo(-low, 12);
      const difference = first.successes / first.trials - second.successes / second.trials;
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
    }),
  );
  expect(independentProportionsInterval({ successes: 0, trials: 0 }, { successes: 1, trials: 2 })).toBeUndefined();
});
