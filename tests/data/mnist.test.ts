import { expect, test } from "vitest";
import type { Tensor } from "../../src/core/index.ts";
import { Loader, mnist } from "../../src/data/index.ts";

test("MNIST is whole, and its train pixels are standard", async () => {
  const { train, val } = await mnist();
  expect([train.size, val.size, train.sampleShape, train.classNames?.length]).toEqual([
    60_000,
    10_000,
    [1, 28, 28],
    10,
  ]);
  // The exact mean and deviation, from rational arithmetic in Python over the same file.
  expect(train.preprocessing?.mean).toEqual([0.13066047627384286]);
  expect(train.preprocessing?.deviation).toEqual([0.3081078038564627]);
  expect(val.preprocessing).toEqual(train.preprocessing);

  let sum = 0;
  let squares = 0;
  const perClass = new Array<number>(10).fill(0);
  const pass = new Loader(train, { batchSize: 6000 }).open(1);
  for (let i = 0; i < pass.batches; i++) {
    const { inputs, labels } = await pass.read(i, 1);
    for (const value of (inputs as Tensor).data as Float32Array) {
      sum += value;
      squares += value * value;
    }
    for (const label of labels.data as BigInt64Array) perClass[Number(label)]!++;
  }
  const count = 60_000 * 784;
  expect(sum / count).toBeCloseTo(0, 7);
  expect(squares / count).toBeCloseTo(1, 6);
  expect(perClass).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
});
