import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dyadic, dyadic, minus, plus, quotient, squareRootOfQuotient, times } from "./dyadic.ts";
import { EpochTally, type TallyReport } from "./epoch-tally.ts";
import { explainAverages } from "./explain-averages.ts";
import { stringify as toJson } from "../core/json.ts";
import type { TallyBatch } from "./tally-batch.ts";

const term = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const weight = fc.double({ noNaN: true, min: 0, max: 100 });
const samples = fc.array(fc.record({ term, weight, label: fc.integer({ min: 0, max: 3 }) }), { minLength: 1 });

type Sample = { term: number; weight: number; label: number };

function batchOf(rows: readonly Sample[]): TallyBatch {
  return {
    terms: rows.map((row) => row.term),
    weights: rows.map((row) => row.weight),
    labels: rows.map((row) => row.label),
    predictions: rows.map(() => 1),
    ignoreIndex: 3,
  };
}

function tallyOf(rows: readonly Sample[], batchSize: number): EpochTally {
  const tally = new EpochTally();
  for (let start = 0; start < rows.length; start += batchSize) tally.add(batchOf(rows.slice(start, start + batchSize)));
  return tally;
}

const sum = (numbers: Dyadic[]) => numbers.reduce(plus, dyadic(0));

/** What is the same for every way to batch, as bits. */
function withoutBatches(report: TallyReport): string {
  return toJson({ ...report, batches: undefined, batchMeanLoss: undefined, batchMeanBias: undefined });
}

describe("the report", () => {
  test("of one set of terms has the same bits for batch sizes 1, 7, 64 and all, shuffled and merged", () => {
    fc.assert(
      fc.property(samples, fc.integer(), (rows, seed) => {
        const kept = rows.filter((row) => row.label !== 3);
        const total = sum(kept.map((row) => dyadic(row.weight)));
        const expected = total.mantissa === 0n ? undefined : quotient(sum(kept.map((row) => dyadic(row.term))), total);
        const shuffled = rows.map((row, i) => ({ row, key: Math.sin(i * 7.3 + seed) })).sort((a, b) => a.key - b.key);
        const whole = tallyOf(rows, rows.length).report();
        expect(whole.loss).toBe(expected);
        for (const order of [rows, shuffled.map(({ row }) => row)]) {
          for (const size of [1, 7, 64]) {
            expect(withoutBatches(tallyOf(order, size).report())).toBe(withoutBatches(whole));
            const cut = Math.floor(rows.length / 3);
            const shards = tallyOf(order.slice(cut), size);
            shards.merge(tallyOf(order.slice(0, cut), size));
            expect(withoutBatches(shards.report())).toBe(withoutBatches(whole));
          }
        }
      }),
    );
  });

  test("gives the delta method's standard error, rounded once", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const kept = rows
          .filter((row) => row.label !== 3)
          .map((row) => [dyadic(row.term), dyadic(row.weight)] as const);
        const [t, w] = [sum(kept.map(([t]) => t)), sum(kept.map(([, w]) => w))];
        const { lossStandardError } = tallyOf(rows, 5).report();
        if (kept.length < 2 || w.mantissa === 0n) {
          expect(lossStandardError).toBeUndefined();
          return;
        }
        // sum (t - (T / W) w)^2 = sum (t W - T w)^2 / W^2
        const squares = sum(
          kept.map(([ti, wi]) => {
            const residual = plus(times(ti, w), minus(times(t, wi)));
            return times(residual, residual);
          }),
        );
        const n = dyadic(kept.length);
        const expected = squareRootOfQuotient(times(n, squares), times(dyadic(kept.length - 1), w, w, w, w));
        expect(lossStandardError).toBe(expected);
      }),
    );
  });

  test("of equal weights has the textbook's standard error", () => {
    const tally = new EpochTally();
    tally.add({ terms: [1, 2, 3, 6] });
    expect(tally.report().lossStandardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 15);
  });

  test("takes the exact mean of the rounded batch means, over batches that have weight", () => {
    const tally = new EpochTally();
    tally.add({ terms: [0.1, 0.2, 0.3] });
    tally.add({ terms: [0, 0], weights: [0, 0] });
    tally.add({ terms: [0.7] });
    const mean = (0.1 + 0.2 + 0.3) / 3; // is 0.2 and a bit; the exact sum of the three rounds to 0.6
    expect(mean).not.toBe(0.2);
    const report = tally.report();
    expect(report.batches).toBe(3);
    expect(report.batchMeanLoss).toBe(quotient(plus(dyadic(0.2), dyadic(0.7)), dyadic(2)));
    expect(report.batchMeanBias).toBe(report.batchMeanLoss! - report.loss!);
  });

  test("has batch means that do not depend on the order within a batch", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(term, weight), { minLength: 1, maxLength: 70 }), fc.boolean(), (pairs, unit) => {
        const weights = pairs.map(([, w]) => (unit ? 1 : w));
        const tally = new EpochTally();
        tally.add({ terms: pairs.map(([t]) => t), weights });
        const total = sum(weights.map(dyadic));
        const expected = total.mantissa === 0n ? undefined : quotient(sum(pairs.map(([t]) => dyadic(t))), total);
        expect(tally.report().batchMeanLoss).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("differs between the averages by -cov(w, m) / mean(w)", () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 6 }), (batches) => {
        const tally = new EpochTally();
        for (const rows of batches) tally.add({ ...batchOf(rows), weights: rows.map((row) => row.weight + 1) });
        const parts = batches
          .map((rows) => rows.filter((row) => row.label !== 3))
          .filter((rows) => rows.length > 0)
          .map((rows) => {
            const w = rows.reduce((total, row) => total + row.weight + 1, 0);
            return { w, m: rows.reduce((total, row) => total + row.term, 0) / w };
          });
        if (parts.length === 0) return;
        const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
        const [w, m] = [mean(parts.map((part) => part.w)), mean(parts.map((part) => part.m))];
        const covariance = mean(parts.map((part) => (part.w - w) * (part.m - m)));
        const scale = Math.max(...parts.map((part) => Math.abs(part.m)), 1);
        expect(Math.abs(tally.report().batchMeanBias! + covariance / w) / scale).toBeLessThan(1e-11);
      }),
    );
  });

  test("of 200,000 float32 losses of 0.1 is that float32", () => {
    const tally = new EpochTally();
    for (let i = 0; i < 200_000; i += 1000) tally.add({ terms: new Float32Array(1000).fill(0.1) });
    expect(tally.report()).toMatchObject({ samples: 200_000, loss: Math.fround(0.1), batchMeanLoss: Math.fround(0.1) });
    expect(tally.report().lossStandardError).toBe(0);
  });

  test("leaves out what is undefined", () => {
    const empty = { samples: 0, ignored: 0, batches: 0, nonFinite: 0 };
    expect(new EpochTally().report()).toEqual(empty);
    const tally = new EpochTally();
    tally.add({ terms: [0], weights: [1], labels: [-100], predictions: [0], ignoreIndex: -100 });
    expect(tally.report()).toEqual({
      ...empty,
      samples: 1,
      ignored: 1,
      batches: 1,
      lossSum: 0,
      lossWeight: 0,
      correct: 0,
    });
  });

  test("has Wilson's interval", () => {
    const tally = new EpochTally();
    tally.add({ labels: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], predictions: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0] });
    const [low, high] = tally.report().accuracyInterval!;
    expect(low).toBeCloseTo(0.4901624715366417, 14);
    expect(high).toBeCloseTo(0.9433178485456247, 14);
  });
});

describe("losses apart from their weights", () => {
  test("enter as the exact products", () => {
    const wild = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(wild, wild.map(Math.abs)), { minLength: 2, maxLength: 20 }), (pairs) => {
        const tally = new EpochTally();
        tally.add({ losses: pairs.map(([l]) => l), weights: pairs.map(([, w]) => w) });
        const exact = pairs.map(([l, w]) => [times(dyadic(l), dyadic(w)), dyadic(w)] as const);
        const [t, w] = [sum(exact.map(([t]) => t)), sum(exact.map(([, w]) => w))];
        if (w.mantissa === 0n) return;
        expect(tally.report().loss).toBe(quotient(t, w));
        expect(tally.report().batchMeanLoss).toBe(quotient(t, w));
        const squares = sum(
          exact.map(([ti, wi]) => {
            const residual = plus(times(ti, w), minus(times(t, wi)));
            return times(residual, residual);
          }),
        );
        const n = exact.length;
        const error = squareRootOfQuotient(times(dyadic(n), squares), times(dyadic(n - 1), w, w, w, w));
        expect(tally.report().lossStandardError).toBe(error);
      }),
      { numRuns: 300 },
    );
  });

  test("without weights are the terms", () => {
    const [a, b] = [new EpochTally(), new EpochTally()];
    a.add({ losses: [0.1, 0.7] });
    b.add({ terms: [0.1, 0.7] });
    expect(a.toJSON()).toEqual(b.toJSON());
  });
});

describe("scores", () => {
  const correct = (batch: TallyBatch) => {
    const tally = new EpochTally();
    tally.add(batch);
    const { correct, nonFinite } = tally.report();
    return [correct, nonFinite];
  };

  test("decide by the highest, ties by the lowest class, as a plain argmax does", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 })), (rows) => {
        const labels = rows.map((_, i) => i % 4);
        const expected = rows.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length;
        for (const type of [Float32Array, Float64Array]) {
          expect(correct({ scores: type.from(rows.flat()), dims: [rows.length, 4], labels })).toEqual([expected, 0]);
        }
      }),
    );
  });

  test("of [N, C, d] are positions, classes along axis 1", () => {
    // Sample 0: positions (5, 1, 2 | 3, 9, 2); two classes.
    const scores = [5, 1, 2, 3, 9, 2];
    expect(correct({ scores, dims: [1, 2, 3], labels: [0, 1, 0] })).toEqual([3, 0]);
    expect(correct({ scores, dims: [1, 2, 3], labels: [1, 1, 1] })).toEqual([1, 0]);
  });

  test.each([
    [[NaN, NaN], 0, 1],
    [[NaN, 1], 1, 1],
    [[1, NaN], 0, 1],
    [[Infinity, 1], 0, 1],
    [[-Infinity, -Infinity], 0, 1],
    [[-Infinity, 1], 1, 0],
  ])("%j with label %d: not finite %d times, and then never correct", (scores, label, nonFinite) => {
    expect(correct({ scores, dims: [1, 2], labels: [label] })).toEqual([1 - nonFinite, nonFinite]);
  });

  test("one a sample decide by the threshold of their kind", () => {
    const labels = [1, 0, 1, 0];
    expect(correct({ scores: [0.1, 0, 0, -1], kind: "logits", labels })).toEqual([3, 0]);
    expect(correct({ scores: [0.6, 0.5, 0.5, 0.4], dims: [4], kind: "probabilities", labels })).toEqual([3, 0]);
    const logs = [0.6, 0.5, 0.4, 0].map(Math.log);
    expect(correct({ scores: logs, kind: "log-probabilities", labels })).toEqual([3, 0]);
    expect(correct({ scores: [NaN, Infinity, 1, -1], kind: "logits", labels: [1, 1, 0.9, 0.2] })).toEqual([2, 2]);
  });

  test("take int64 labels, negative ones to ignore too", () => {
    const tally = new EpochTally();
    const labels = BigInt64Array.of(1n, -100n, 0n);
    tally.add({ terms: [1, NaN, 3], scores: [0, 1, NaN, NaN, 0, 1], labels, ignoreIndex: -100 });
    expect(tally.report()).toMatchObject({ samples: 3, ignored: 1, loss: 2, correct: 1, accuracy: 0.5, nonFinite: 0 });
  });
});

test("NaN and infinity are counted, never dropped, never correct, and the first batch is named", () => {
  const tally = new EpochTally();
  tally.add({ terms: [1, 2], labels: [0, 1], predictions: [0, 1] });
  tally.add({ terms: [NaN, 2], labels: [0, 1], predictions: [0, NaN] });
  tally.add({ terms: [Infinity, 2], labels: [0, 1], predictions: [0, 1] });
  expect(tally.report()).toMatchObject({ loss: NaN, lossStandardError: NaN, batchMeanLoss: NaN, batchMeanBias: NaN });
  expect(tally.report()).toMatchObject({ correct: 3, nonFinite: 3, firstNonFinite: "batch 2" });
  const infinite = new EpochTally();
  infinite.add({ terms: new Float32Array([1, Infinity]), name: "val.csv" });
  expect(infinite.report()).toMatchObject({ loss: Infinity, nonFinite: 1, firstNonFinite: "val.csv" });
});

test("samples can be left out by a mask, and a weight of zero does not leave out", () => {
  const tally = new EpochTally();
  tally.add({ terms: [1, 5, 0], weights: [1, 1, 0], ignored: [false, true, false] });
  expect(tally.report()).toMatchObject({ samples: 3, ignored: 1, lossWeight: 1, loss: 1, lossStandardError: 0 });
});

describe("the state", () => {
  const batches = fc.array(samples, { maxLength: 3 });
  const tally = (parts: Sample[][]) => {
    const result = new EpochTally();
    for (const rows of parts) result.add({ ...batchOf(rows), name: "any" });
    return result;
  };
  const merge = (...tallies: EpochTally[]) => {
    const result = EpochTally.empty;
    for (const other of tallies) result.merge(other);
    return JSON.stringify(result);
  };

  test("is a commutative monoid", () => {
    fc.assert(
      fc.property(batches, batches, batches, (a, b, c) => {
        const whole = JSON.stringify(tally([...a, ...b, ...c]));
        expect(merge(tally(a), tally(b), tally(c))).toBe(whole);
        expect(merge(tally(c), tally(b), tally(a))).toBe(whole);
        const right = tally(b);
        right.merge(tally(c));
        expect(merge(tally(a), right, EpochTally.empty)).toBe(whole);
      }),
    );
  });

  test("survives JSON", () => {
    fc.assert(
      fc.property(batches, (parts) => {
        const before = tally(parts);
        const after = EpochTally.fromJSON(JSON.parse(JSON.stringify(before)));
        expect(JSON.stringify(after)).toBe(JSON.stringify(before));
        expect(toJson(after.report())).toBe(toJson(before.report()));
      }),
    );
    const broken = new EpochTally();
    broken.add({ terms: [NaN], name: "first" });
    const read = EpochTally.fromJSON(JSON.parse(JSON.stringify(broken)));
    expect(read.report()).toEqual(broken.report());
  });

  test.each([null, 3, {}, { tally: 1 }, { tally: 1, samples: 1, ignored: 0, batches: 1, nonFinite: 0, loss: 3 }])(
    "is not read from %j",
    (json) => {
      expect(() => EpochTally.fromJSON(json)).toThrow(/^Expected/);
    },
  );
});

describe("a batch is refused, and leaves no trace,", () => {
  test.each<[string, TallyBatch, RegExp]>([
    ["with nothing in it", {}, /either terms or losses, or labels/],
    ["with terms and losses", { terms: [1], losses: [1] }, /either terms or losses/],
    ["with labels of another length", { terms: [1], labels: [1, 2] }, /1 labels, one a sample, got 2 \(batch 1\)/],
    ["with weights of another length", { terms: [1], weights: [1, 2] }, /1 weights/],
    [
      "with a negative weight",
      { terms: [1, 1], weights: [1, -1] },
      /weight to be at least 0, got -1 \(batch 1, sample 1\)/,
    ],
    ["with a label out of range", { scores: [1, 2, 3], labels: [3] }, /label to be in \[0, 3\), got 3/],
    ["with a label that is no integer", { scores: [1, 2, 3], labels: [0.5] }, /got 0.5/],
    ["with a label of -1", { scores: [1, 2, 3], labels: BigInt64Array.of(-1n) }, /got -1/],
    ["with a huge label", { scores: [1, 2, 3], labels: BigInt64Array.of(2n ** 32n) }, /32 bits, got 4294967296/],
    ["with scores of no shape", { scores: [1, 2, 3], labels: [0, 1] }, /scores of shape \[2, C\]/],
    [
      "with scores of another shape",
      { scores: [1, 2, 3, 4], dims: [2, 3], labels: [0, 1] },
      /scores of shape \[2, 3\]/,
    ],
    ["with one score and no kind", { scores: [1, 2], labels: [0, 1] }, /`kind` to be/],
    ["with one score and a label of 2", { scores: [1], kind: "logits", labels: [2] }, /label to be in \[0, 1\]/],
    ["with scores and predictions", { scores: [1, 2], predictions: [0], labels: [0] }, /either scores or predictions/],
    ["with scores and no labels", { terms: [1], scores: [1, 2] }, /labels together with/],
    ["with an ignoreIndex and no labels", { terms: [1], ignoreIndex: 0 }, /labels to compare/],
  ])("%s", (_, batch, message) => {
    const tally = new EpochTally();
    expect(() => tally.add(batch)).toThrow(message);
    expect(tally.toJSON()).toEqual(EpochTally.empty.toJSON());
  });

  test("when it says less than those before", () => {
    const tally = new EpochTally();
    tally.add({ terms: [1], labels: [1], predictions: [1] });
    expect(() => tally.add({ terms: [1] })).toThrow(/scores or predictions in every batch/);
    expect(() => tally.add({ labels: [1], predictions: [1] })).toThrow(/terms or losses in every batch/);
    const other = new EpochTally();
    other.add({ terms: [1] });
    expect(() => tally.merge(other)).toThrow(/scores or predictions in every batch/);
    expect(tally.report().samples).toBe(1);
  });
});

test("the difference is explained", () => {
  const tally = new EpochTally();
  expect(explainAverages(tally.report())).toBeUndefined();
  tally.add({ terms: [1, 1, 1] });
  expect(explainAverages(tally.report())).toMatch(/one batch/);
  tally.add({ terms: [5] });
  expect(explainAverages(tally.report())).toBe(
    "The mean of the batch means, 3, is 1 above the loss, 2: it counts all 2 batches alike, and " +
      "those of less weight had higher losses. The loss counts every sample alike.",
  );
  tally.add({ terms: [NaN] });
  expect(explainAverages(tally.report())).toMatch(/cannot be compared/);
  const equal = new EpochTally();
  equal.add({ terms: [1, 2] });
  equal.add({ terms: [2, 1] });
  expect(explainAverages(equal.report())).toMatch(/agree/);
});
