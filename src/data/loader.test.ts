import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float32, int64, type Tensor } from "../core/index.ts";
import { arrays } from "./arrays.ts";
import { Loader } from "./loader.ts";
import { shuffled } from "./sampler.ts";
import { subset } from "./subset.ts";
import type { Batch, Source } from "./source.ts";

/** Samples whose values and label are their own number. */
function numbered(size: number): Source {
  const values = Float32Array.from({ length: size * 2 }, (_, i) => Math.floor(i / 2));
  const labels = Array.from({ length: size }, (_, i) => i);
  return arrays({
    inputs: { data: values, dims: [size, 2] },
    labels: { data: labels, dims: [size] },
    name: "numbered",
  });
}

function numbersIn({ inputs, labels }: Batch): number[] {
  const rows = [...((inputs as { data: unknown }).data as Float32Array)];
  const numbers = [...(labels.data as BigInt64Array)].map(Number);
  expect(rows).toEqual(numbers.flatMap((number) => [number, number]));
  return numbers;
}

describe("a pass", () => {
  test("picks out of what is in memory, a part of a source too, what it would read", async () => {
    const part = subset(
      numbered(40),
      Uint32Array.from({ length: 23 }, (_, i) => 39 - i),
    );
    const pass = new Loader(part, { batchSize: 5, sampler: shuffled({ seed: 1 }) }).open(1);
    for (const [first, count] of [
      [0, 3],
      [3, 1],
      [4, 1],
    ] as const) {
      const { inputs, labels, rows } = await pass.pick(first, count);
      const all = (inputs as Tensor).data as Float32Array;
      const data = Float32Array.from([...(rows ?? [])].flatMap((row) => [...all.subarray(2 * row, 2 * row + 2)]));
      expect(all.length).toBe(80);
      expect({ inputs: data, labels: labels.data }).toEqual({
        inputs: ((await pass.read(first, count)).inputs as Tensor).data,
        labels: (await pass.read(first, count)).labels.data,
      });
    }
    await expect(pass.pick(3, 2)).rejects.toThrow("ragged");
  });

  test("a source that is another one with its own way to read is read by that", async () => {
    const own: Source = { ...numbered(4), read: () => ({ inputs: float32([5, 5], [1, 2]), labels: int64([5], [1]) }) };
    const { rows, inputs } = await new Loader(own, { batchSize: 1 }).open(1).pick(0, 1);
    expect([rows, (inputs as Tensor).data]).toEqual([undefined, Float32Array.of(5, 5)]);
  });

  test("sees every sample once, the ragged last batch included, read one by one or several at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 4 }),
        async (size, batchSize, several) => {
          const pass = new Loader(numbered(size), { batchSize, sampler: shuffled({ seed: size }) }).open(3);
          const seen: number[] = [];
          const full = Math.floor(size / batchSize);
          for (let i = 0; i < full; i += several) {
            const batch = await pass.read(i, Math.min(several, full - i));
            seen.push(...numbersIn(batch));
          }
          if (pass.batches > full) {
            expect(pass.batchSize(full)).toBe(size % batchSize);
            seen.push(...numbersIn(await pass.read(full, 1)));
          }
          expect(pass.samples).toBe(size);
          expect(seen).toEqual([...shuffled({ seed: size }).order(size, 3)]);
        },
      ),
    );
  });

  test("without its last batch says how many samples will be seen", async () => {
    const pass = new Loader(numbered(10), { batchSize: 4, dropLast: true }).open(1);
    expect([pass.batches, pass.samples, pass.batchSize(1)]).toEqual([2, 8, 4]);
    expect(numbersIn(await pass.read(1, 1))).toEqual([4, 5, 6, 7]);
    await expect(pass.read(2, 1)).rejects.toThrow("Expected batches in [0, 2), got 1 from 2 on (numbered).");
  });

  test("gives the numbers of its samples", () => {
    const pass = new Loader(numbered(5), { batchSize: 2 }).open(1);
    expect([...pass.indices(1, 2)]).toEqual([2, 3, 4]);
  });

  test("reads the ragged last batch alone", async () => {
    const pass = new Loader(numbered(5), { batchSize: 2 }).open(1);
    await expect(pass.read(1, 2)).rejects.toThrow("Expected the ragged last batch to be read alone, got 2 batches.");
  });

  test("follows a sampler that leaves samples out and repeats others", async () => {
    const sampler = { order: () => Uint32Array.of(3, 3, 0) };
    const pass = new Loader(numbered(4), { batchSize: 2, sampler }).open(1);
    expect([pass.samples, pass.batches]).toEqual([3, 2]);
    expect(numbersIn(await pass.read(0, 1))).toEqual([3, 3]);
  });

  test("uses a spent batch's memory again where it fits, and only there", async () => {
    const pass = new Loader(numbered(5), { batchSize: 2 }).open(1);
    const first = await pass.read(0, 1);
    const second = await pass.read(1, 1, first);
    expect(second.labels.data).toBe(first.labels.data);
    expect(numbersIn(second)).toEqual([2, 3]);
    expect(numbersIn(await pass.read(2, 1, second))).toEqual([4]);
  });
});

describe("errors", () => {
  test.each([0, -1, 1.5, NaN])("a batch size of %s", (batchSize) => {
    expect(() => new Loader(numbered(3), { batchSize })).toThrow("Expected batch size to be a positive integer");
  });

  test("no full batch", () => {
    expect(() => new Loader(numbered(3), { batchSize: 4, dropLast: true }).open(1)).toThrow(
      "Expected at least one full batch of 4 samples, got 3 (numbered). Lower the batch size, or keep the last batch.",
    );
  });

  test("an empty source, or a sampler that chooses nothing", () => {
    const empty = { ...numbered(1), size: 0 };
    expect(() => new Loader(empty, { batchSize: 1 })).toThrow("Expected at least one sample, got 0 (numbered).");
    const sampler = { order: () => new Uint32Array(0) };
    expect(() => new Loader(numbered(1), { batchSize: 1, sampler }).open(1)).toThrow("Expected at least one sample");
  });

  test("a source that gives other shapes than it says", async () => {
    const read = (batch: Batch) =>
      new Loader({ size: 2, sampleShape: [3], name: "odd", read: () => batch }, { batchSize: 2 }).open(1).read(0, 1);
    const labels = int64([0, 1], [2]);
    await expect(read({ inputs: float32([1, 2], [2, 1]), labels })).rejects.toThrow(
      "Expected inputs of shape [2, 3], got [2, 1] (odd).",
    );
    await expect(read({ inputs: float32([1, 2, 3], [1, 3]), labels: int64([0], [1]) })).rejects.toThrow(
      "Expected labels of shape [2], got [1] (odd).",
    );
  });
});
