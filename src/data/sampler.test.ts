import fc from "fast-check";
import { expect, test } from "vitest";
import { sequential, shuffled } from "./sampler.ts";

test("sequential sees every sample once, in order", () => {
  expect([...sequential().order(4, 9)]).toEqual([0, 1, 2, 3]);
});

test("shuffled sees every sample once, whatever seed and epoch", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 300 }), (seed, epoch, size) => {
      const order = shuffled({ seed }).order(size, epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }),
  );
});

test("shuffled repeats for a seed and an epoch, whatever was asked before, and differs for others", () => {
  const sampler = shuffled({ seed: 7 });
  const second = sampler.order(100, 2).join();
  expect(sampler.order(100, 1).join()).not.toBe(second);
  expect(shuffled({ seed: 7 }).order(100, 2).join()).toBe(second);
  expect(shuffled({ seed: 8 }).order(100, 2).join()).not.toBe(second);
});

test("each position is as likely for each sample", () => {
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  const epochs = 4000;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffled({ seed: 3 })
      .order(4, epoch)
      .forEach((sample, position) => counts[position]![sample]!++);
  }
  // Five standard deviations of a count with probability 1/4.
  const slack = 5 * Math.sqrt((epochs * 3) / 16);
  for (const count of counts.flat()) expect(Math.abs(count - epochs / 4)).toBeLessThan(slack);
});

test("a wrong seed or epoch is refused", () => {
  expect(() => shuffled({ seed: 1.5 })).toThrow("Expected seed to be an integer");
  expect(() => shuffled({ seed: 1 }).order(3, NaN)).toThrow("Expected epoch to be an integer, got NaN.");
});
