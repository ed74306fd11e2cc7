import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { RankedState } from "./ranked-state.ts";

const classes = 3;

function rows(count: number, weighted: boolean) {
  const random = new Random(count, "rows");
  return {
    // Few distinct scores, so that there are ties.
    scores: Float64Array.from({ length: count * classes }, () => random.integer(50) / 7),
    labels: Int32Array.from({ length: count }, () => random.integer(classes)),
    ...(weighted && { weights: Float64Array.from({ length: count }, () => random.integer(4)) }),
  };
}

type Rows = ReturnType<typeof rows>;

function part({ scores, labels, weights }: Rows, from: number, to: number): Rows {
  return {
    scores: scores.subarray(from * classes, to * classes),
    labels: labels.subarray(from, to),
    ...(weights && { weights: weights.subarray(from, to) }),
  };
}

/** Pairs of a row of the class and one of another, by definition: won, or half won. */
function area({ scores, labels, weights }: Rows, positive: number): number {
  let [won, pairs] = [0, 0];
  for (const [i, of] of labels.entries()) {
    for (const [j, other] of labels.entries()) {
      if (of !== positive || other === positive) continue;
      const weight = (weights?.[i] ?? 1) * (weights?.[j] ?? 1);
      const [high, low] = [scores[i * classes + positive] as number, scores[j * classes + positive] as number];
      won += high > low ? weight : high === low ? weight / 2 : 0;
      pairs += weight;
    }
  }
  return won / pairs;
}

test.each([false, true])("batches of any size give the areas of all pairs (weights: %s)", (weighted) => {
  const all = rows(700, weighted);
  const state = new RankedState(classes);
  const sizes = [1, 62, 1, 0, 64, 200, 300, 72];
  for (let at = 0; sizes.length > 0;) {
    const size = sizes.shift() as number;
    state.add(part(all, at, at + size));
    at += size;
  }
  const { perClass } = state.read();
  for (let k = 0; k < classes; k++) expect(perClass[k]).toBeCloseTo(area(all, k), 12);
});

test("what is kept as JSON reads the same, and so do merged parts, weighted or not", () => {
  const [one, two] = [rows(150, false), rows(90, true)];
  const whole = new RankedState(classes);
  whole.add(one);
  whole.add(two);
  const [a, b] = [new RankedState(classes), new RankedState(classes)];
  a.add(one);
  b.add(two);
  a.merge(RankedState.fromJSON(JSON.parse(JSON.stringify(b))));
  expect(a.read()).toEqual(whole.read());
  expect(RankedState.fromJSON(JSON.parse(JSON.stringify(whole))).read()).toEqual(whole.read());
});

test("scores that are not finite come back from JSON", () => {
  const state = new RankedState(2);
  state.add({ scores: [0, NaN, -0, Infinity, 0, -Infinity], labels: [1, 1, 0] });
  const text = JSON.stringify(state);
  expect(JSON.stringify(RankedState.fromJSON(JSON.parse(text)))).toBe(text);
});

test("a batch that is refused adds nothing", () => {
  const state = new RankedState(2);
  state.add({ scores: [0, 1, 1, 0], labels: [1, 0] });
  const before = JSON.stringify(state);
  expect(() => state.add({ scores: [0, 1, 1, 0], labels: [1, 2] })).toThrow("label to be in [0, 2), got 2 (sample 1)");
  expect(() => state.add({ scores: [0, 1, 1], labels: [1, 0] })).toThrow("scores of shape [2, 2]");
  expect(() => state.add({ scores: [0, 1, 1, 0], labels: [1, 0], weights: [1, NaN] })).toThrow("at least 0");
  expect(JSON.stringify(state)).toBe(before);
});

test("released, it holds nothing, and its memory is gone", () => {
  const state = new RankedState(2);
  state.add({ scores: [0, 1, 1, 0], labels: [1, 0] });
  const [part] = state.parts();
  state.release();
  expect(part?.scores.length).toBe(0);
  expect(state.parts()).toEqual([]);
});

test("refuses a state that is damaged", () => {
  const good = { classes: 2, parts: [{ scores: "AAAA", labels: "AAAAAA==" }] };
  expect(() => RankedState.fromJSON(good)).toThrow("numbers of 8 bytes each in base64");
  expect(() => RankedState.fromJSON({ classes: 2, parts: [null] })).toThrow("base64, got undefined");
});
