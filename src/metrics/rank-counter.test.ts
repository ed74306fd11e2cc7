import { expect, test } from "vitest";
import { RankCounter } from "./rank-counter.ts";

const rows = 50_000;
let state = 7;
const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
const columns: Record<string, () => number> = {
  continuous: () => Math.exp(-20 * next()),
  "with ties": () => Math.round(1000 * next()) / 1000,
  "close to 1": () => 1 - 1e-8 * next(),
  "with NaN and infinities": () =>
    [NaN, Infinity, -Infinity, -0, 0, next(), next(), -next()][Math.floor(8 * next())] ?? 0,
};

test.for(Object.entries(columns))("many rows at once count as few at a time: %s", ([, score]) => {
  const scores = Float64Array.from({ length: rows }, score);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(5 * next()) - 1);
  const counterOf = (portion: number) => {
    const counter = RankCounter.of(
      2,
      scores.filter((_, i) => labels[i] === 2),
      4,
      false,
    );
    for (let at = 0; at < rows; at += portion) {
      const column = { scores: scores.subarray(at, at + portion), labels: labels.subarray(at, at + portion) };
      counter.count({ ...column, weights: undefined });
    }
    counter.finish();
    return counter;
  };
  const [all, few] = [counterOf(rows), counterOf(1000)];
  for (const name of ["negatives", "doubledRanks", "negativesByClass", "nan", "scores", "below"] as const) {
    expect(all[name], name).toEqual(few[name]);
  }
  // By comparing each negative with each distinct positive, of the first rows.
  const place = (i: number) => few.scores.findIndex((value) => value >= (scores[i] as number));
  const counted = RankCounter.of(2, Float64Array.from(few.scores), 4, false);
  counted.count({ scores: scores.subarray(0, 200), labels: labels.subarray(0, 200), weights: undefined });
  const expected = new Uint32Array(2 * few.scores.length + 1);
  for (let i = 0; i < 200; i++) {
    if ((labels[i] as number) < 0 || labels[i] === 2 || Number.isNaN(scores[i])) continue;
    const at = place(i) < 0 ? few.scores.length : place(i);
    expected[2 * at + (few.scores[at] === scores[i] ? 1 : 0)]! += 1;
  }
  expect(counted.negatives).toEqual(expected);
});

test.each([false, true])("released, its memory is gone (weights: %s)", (weighted) => {
  const scores = Float64Array.of(0.5, 0.1, 0.5, 0.9); // two are equal: the distinct ones fill a part of their memory
  const counter = RankCounter.of(1, scores, 2, weighted);
  const weights = weighted ? Float64Array.of(1, 2) : undefined;
  counter.count({ scores: Float64Array.of(0.2, 0.5), labels: Int32Array.of(0, 1), weights });
  counter.finish();
  const arrays = [scores, counter.scores, counter.below, counter.negatives, counter.positiveWeights];
  counter.release();
  for (const array of arrays) expect(array?.length ?? 0).toBe(0);
});
