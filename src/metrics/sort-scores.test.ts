import { expect, test } from "vitest";
import { sortScores } from "./sort-scores.ts";

/** A generator of the same numbers each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const shapes: Record<string, (next: () => number) => number> = {
  "over many octaves": (next) => Math.exp(-40 * next()),
  "of both signs": (next) => (next() - 0.5) * 2 ** Math.floor(200 * next() - 100),
  "close to 1": (next) => 1 - 1e-9 * next(),
  "with many ties": (next) => Math.floor(8 * next()) / 8,
  "with zeros of both signs, infinities and NaN": (next) =>
    [0, -0, Infinity, -Infinity, NaN, 1, -1, next()][Math.floor(8 * next())] as number,
  "all equal": () => 0.25,
};

test.for(Object.entries(shapes))("scores %s are sorted as by the engine", ([, shape]) => {
  for (const length of [0, 1, 100, 5000, 40_000]) {
    const next = numbers(length + 1);
    const scores = Float64Array.from({ length }, () => shape(next));
    const expected = Float64Array.from(scores).sort();
    const sound = sortScores(scores);
    expect(sound).toBe(expected.filter((score) => !Number.isNaN(score)).length);
    // Zeros compare as equal: which sign comes first says nothing.
    expect(scores.every((score, i) => score === expected[i] || i >= sound)).toBe(true);
    expect(scores.subarray(sound).every(Number.isNaN)).toBe(true);
  }
});
