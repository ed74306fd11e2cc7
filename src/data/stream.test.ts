import { expect, test } from "vitest";
import { float32, int64, type Tensor } from "../core/index.ts";
import { isBare, type Batch, type Source } from "./source.ts";
import { stream } from "./stream.ts";

/** Ten samples whose number is their value, in batches of these sizes. */
function counting(...sizes: number[]) {
  const opened: (number | undefined)[] = [];
  let most = 0;
  async function* open(epoch: number | undefined): AsyncGenerator<Batch> {
    opened.push(epoch);
    let at = 0;
    for (const size of sizes) {
      const numbers = Array.from({ length: size }, () => at++);
      most = Math.max(most, at);
      yield { inputs: float32(numbers, [size, 1]), labels: int64(numbers, [size]) };
    }
  }
  return { open, opened, most: () => most };
}

const numbers = (from: number, count: number) => Uint32Array.from({ length: count }, (_, i) => from + i);

async function read(source: Source, from: number, count: number, epoch?: number): Promise<number[]> {
  const { inputs, labels } = await source.read(
    numbers(from, count),
    undefined,
    epoch === undefined ? undefined : { seed: 1, epoch },
  );
  expect(isBare(inputs) && inputs.dims).toEqual([count, 1]);
  expect([...(labels.data as BigInt64Array)].map(Number)).toEqual([...((inputs as Tensor).data as Float32Array)]);
  return [...((inputs as Tensor).data as Float32Array)];
}

test("cuts what comes into the batches that are asked for, and holds no more than came", async () => {
  const { open, opened, most } = counting(1, 4, 0, 3, 2);
  const source = await stream(open);
  expect([source.size, source.sampleShape, source.inOrder]).toEqual([10, [1], true]);
  expect(await read(source, 0, 4, 1)).toEqual([0, 1, 2, 3]);
  expect(await read(source, 4, 4, 1)).toEqual([4, 5, 6, 7]);
  expect(await read(source, 8, 2, 1)).toEqual([8, 9]);
  expect(await read(source, 0, 2, 2)).toEqual([0, 1]);
  expect(opened).toEqual([undefined, 1, 2]);
  expect(most()).toBe(10);
});

test("goes on within an epoch by reading past what was seen", async () => {
  const source = await stream(counting(3, 3, 3, 1).open, { size: 10, sampleShape: [1] });
  expect(await read(source, 7, 2, 4)).toEqual([7, 8]);
});

test("with size and shape given, nothing is read before it is wanted, and no more than the size", async () => {
  const { open, opened, most } = counting(4, 4, 2);
  const source = await stream(open, { size: 4, sampleShape: [1] });
  expect(opened).toEqual([]);
  expect(await read(source, 0, 4)).toEqual([0, 1, 2, 3]);
  expect(most()).toBe(4);
});

test("takes inputs by name", async () => {
  const part = (n: number): Batch => ({
    inputs: { a: float32([n], [1, 1]), b: int64([n, n], [1, 2]) },
    labels: int64([n], [1]),
  });
  const source = await stream(() => [part(0), part(1), part(2)]);
  expect(source.sampleShape).toEqual({ a: [1], b: [2] });
  const { inputs } = await source.read(numbers(1, 2));
  expect(isBare(inputs) ? undefined : [...(inputs["b"]?.data as BigInt64Array)]).toEqual([1n, 1n, 2n, 2n]);
});

test.each<[string, () => Promise<unknown>, string]>([
  ["an empty stream", () => stream(() => []), "Expected at least one sample, got none (stream)."],
  [
    "a stream that is over the second time",
    async () => {
      const once = counting(5, 5).open(1);
      return read(
        await stream(() => once, { size: 10, sampleShape: [1] }).then(async (s) => (await read(s, 0, 10), s)),
        0,
        2,
      );
    },
    "Expected a stream that begins anew for each pass, and gives as many samples each time, got an end after 0 samples (stream).",
  ],
  [
    "batches that are not alike",
    async () => {
      const parts = [
        { inputs: float32([1], [1, 1]), labels: int64([0], [1]) },
        { inputs: float32([1, 2], [1, 2]), labels: int64([0], [1]) },
      ];
      return read(await stream(() => parts), 0, 2);
    },
    "Expected inputs of float32 and shape [1, 1], as before, got float32 [1, 2] (stream, before sample 2).",
  ],
  [
    "samples out of order",
    async () => (await stream(counting(5).open)).read(Uint32Array.of(2, 1)),
    "Expected samples one after the other in [0, 5), as a stream has no other order, got sample 1 (stream).",
  ],
  [
    "a size that is none",
    () => stream(() => [], { size: 0 }),
    "Expected size to be a positive integer, got 0 (stream).",
  ],
])("%s is refused", async (_, action, message) => {
  await expect(action()).rejects.toThrow(message);
});
