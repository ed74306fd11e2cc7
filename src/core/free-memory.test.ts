import { expect, test } from "vitest";
import { freeMemory } from "./free-memory.ts";

test("the memory is gone", () => {
  const arrays = [Float32Array.of(1, 2), Int32Array.of(3)];
  freeMemory(arrays);
  expect(arrays.map(({ length }) => length)).toEqual([0, 0]);
  expect(() => [...(arrays[0] as Float32Array)]).toThrow(TypeError);
});

test("memory that is seen in part stays, and so does what is no memory", () => {
  const whole = Float32Array.of(1, 2, 3);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  freeMemory([whole.subarray(1), shared, ["a"], undefined]);
  expect([whole.length, shared.length]).toEqual([3, 2]);
});

test("the same memory twice, and none at all", () => {
  const memory = Float32Array.of(1, 2);
  freeMemory([memory, new Uint8Array(memory.buffer)]);
  freeMemory([]);
  expect(memory.length).toBe(0);
});
