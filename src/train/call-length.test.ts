import { expect, test } from "vitest";
import { CallLength } from "./call-length.ts";

/** How many steps a call takes in the end, where a step takes so many seconds and gives its input bytes and carried bytes. */
function settled(step: number, inputBytes: number, carriedBytes: number): number {
  const length = new CallLength();
  for (let i = 0; i < 10; i++) {
    const { steps } = length;
    length.measured(steps, steps * step, steps * inputBytes, carriedBytes);
  }
  return length.steps;
}

test("many short steps a call, and one long one", () => {
  expect(settled(0.001, 1000, 1000)).toBe(96);
  expect(settled(0.5, 1000, 1000)).toBe(1);
});

test("as many as make copying a small share of a call, but never for long", () => {
  // 24 MB take 7 ms to copy: 180 ms of steps.
  expect(settled(0.03, 1000, 24e6)).toBe(6);
  expect(settled(0.3, 1000, 120e6)).toBe(3);
  // 272 MB take 82 ms, which would be 2.04 s of steps, and more than 2 s is too long.
  expect(settled(0.5, 1000, 272e6)).toBe(4);
  expect(settled(0.1, 1000, 1e9)).toBe(16);
  expect(settled(2, 1000, 1e9)).toBe(1);
});

test("a call takes the rest of a pass where little of it would be left for another", () => {
  const length = new CallLength();
  for (let i = 0; i < 10; i++) length.measured(length.steps, length.steps * 0.012, 0, 0);
  expect(length.steps).toBe(8);
  expect([1, 7, 8, 10, 11, 100].map((left) => length.of(left))).toEqual([1, 7, 8, 10, 8, 8]);
});

test("no more than a bounded size of inputs", () => {
  expect(settled(0.001, 8 * 2 ** 20, 0)).toBe(4);
});

test("lengths are few, so that memory of a call fits the next", () => {
  const lengths = Array.from({ length: 1000 }, (_, i) => settled(1 / (10 + i), 0, 0));
  expect([...new Set(lengths)]).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96]);
});

test("grows step by step, so that one measured too short does no harm", () => {
  const length = new CallLength();
  length.measured(1, 1e-9, 0, 0);
  expect(length.steps).toBe(4);
});

test("keeps its length while times are noisy, so that memory of a call fits the next", () => {
  const length = new CallLength();
  for (let i = 0; i < 10; i++) length.measured(length.steps, length.steps * 0.001, 0, 0);
  expect(length.steps).toBe(96);
  for (const noise of [0.75, 1.4, 1, 0.8, 1.3]) {
    length.measured(96, 96 * 0.001 * noise, 0, 0);
    expect(length.steps).toBe(96);
  }
  length.measured(96, 96 * 0.001 * 1.6, 0, 0);
  expect(length.steps).toBe(48);
});

test("learns nothing from the short calls at the end of an epoch, unless they are slow", () => {
  const length = new CallLength();
  for (let i = 0; i < 10; i++) length.measured(length.steps, length.steps * 0.001, 0, 0);
  length.measured(3, 0.03, 0, 0);
  expect(length.steps).toBe(96);
  length.measured(3, 0.3, 0, 0);
  expect(length.steps).toBe(1);
});
