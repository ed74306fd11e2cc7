import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float32, int64, OnwardError, type Tensor } from "../core/index.ts";
import { Loader } from "./loader.ts";
import { shuffled } from "./sampler.ts";
import type { Batch, Source, Variation } from "./source.ts";

/** A source that reads elsewhere: later, in any order, counting what is under way. */
class Slow implements Source {
  readonly sampleShape = [2];
  readonly name = "slow";
  readonly size: number;
  readonly ahead: number;
  underWay = 0;
  most = 0;
  reads = 0;
  readonly memory = new Set<unknown>();
  readonly variations: (Variation | undefined)[] = [];

  constructor(size: number, ahead: number) {
    this.size = size;
    this.ahead = ahead;
  }

  async read(indices: Uint32Array, spent?: Batch, variation?: Variation): Promise<Batch> {
    this.most = Math.max(this.most, ++this.underWay);
    this.variations.push(variation);
    const wait = (this.reads++ * 7) % 4;
    for (let i = 0; i < wait; i++) await Promise.resolve();
    const old = spent?.inputs as Tensor | undefined;
    const values = old?.size === indices.length * 2 ? (old.data as Float32Array) : new Float32Array(indices.length * 2);
    this.memory.add(values);
    indices.forEach((index, i) => values.fill(index, 2 * i, 2 * i + 2));
    this.underWay--;
    return { inputs: float32(values, [indices.length, 2]), labels: int64([...indices], [indices.length]) };
  }
}

function numbersIn({ inputs, labels }: Batch): number[] {
  const numbers = [...(labels.data as BigInt64Array)].map(Number);
  expect([...((inputs as Tensor).data as Float32Array)]).toEqual(numbers.flatMap((number) => [number, number]));
  return numbers;
}

describe("a source that reads ahead", () => {
  test("gives what it gives without, whatever is asked for at once, in bounded memory", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
        async (size, batchSize, ahead, counts) => {
          const source = new Slow(size, ahead);
          const pass = new Loader(source, { batchSize, sampler: shuffled({ seed: size }) }).open(2);
          const full = Math.floor(size / batchSize);
          const seen: number[] = [];
          let spent: Batch | undefined;
          for (let first = 0, turn = 0; first < pass.batches; turn++) {
            const count = first < full ? Math.min(counts[turn % counts.length]!, full - first) : 1;
            spent = await pass.read(first, count, spent);
            seen.push(...numbersIn(spent));
            first += count;
          }
          expect(seen).toEqual([...shuffled({ seed: size }).order(size, 2)]);
          expect(source.reads).toBe(pass.batches);
          expect(source.most).toBeLessThanOrEqual(4 + ahead);
        },
      ),
    );
  });

  test("has the next batches under way when one is there, and uses memory again", async () => {
    const source = new Slow(200, 2);
    const pass = new Loader(source, { batchSize: 2 }).open(1);
    let spent: Batch | undefined;
    for (let i = 0; i < pass.batches; i++) {
      spent = await pass.read(i, 1, spent);
      expect(source.reads).toBe(Math.min(i + 3, pass.batches));
    }
    expect(source.memory.size).toBeLessThanOrEqual(4);
  });

  test("reads any batch again", async () => {
    const pass = new Loader(new Slow(10, 2), { batchSize: 2 }).open(1);
    for (const i of [3, 0, 4, 4, 1]) expect(numbersIn(await pass.read(i, 1))).toEqual([2 * i, 2 * i + 1]);
  });

  test("fails at the batch that cannot be read, not before", async () => {
    const source = new Slow(10, 3);
    const broken: Source = {
      size: 10,
      sampleShape: [2],
      ahead: 3,
      read: async (indices, spent) => {
        if (indices[0] === 4) throw new OnwardError("data", { expected: "a whole image", where: "4.jpg" });
        return source.read(indices, spent);
      },
    };
    const pass = new Loader(broken, { batchSize: 2 }).open(1);
    expect(numbersIn(await pass.read(0, 1))).toEqual([0, 1]);
    expect(numbersIn(await pass.read(1, 1))).toEqual([2, 3]);
    await expect(pass.read(2, 1)).rejects.toThrow("Expected a whole image (4.jpg).");
    expect(numbersIn(await pass.read(3, 1))).toEqual([6, 7]);
  });
});

test("a loader that augments tells seed, epoch and how often a sample came before", async () => {
  const source = new Slow(3, 0);
  const sampler = { order: () => Uint32Array.of(2, 0, 2, 2) };
  const pass = new Loader(source, { batchSize: 3, sampler, augment: { seed: 7 } }).open(5);
  await pass.read(0, 1);
  await pass.read(1, 1);
  expect(source.variations).toEqual([
    { seed: 7, epoch: 5, repeats: Uint32Array.of(0, 0, 1) },
    { seed: 7, epoch: 5, repeats: Uint32Array.of(2) },
  ]);
  const plain = new Slow(3, 0);
  await new Loader(plain, { batchSize: 3 }).open(5).read(0, 1);
  await new Loader(plain, { batchSize: 3, augment: { seed: 7 } }).open(5).read(0, 1);
  expect(plain.variations).toEqual([undefined, { seed: 7, epoch: 5 }]);
});
