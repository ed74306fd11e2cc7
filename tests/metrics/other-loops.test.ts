// The tally in loops that are not ours: one of TensorFlow.js, whose own numbers are wrong, and one of onnxruntime-node.
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { EpochTally } from "../../src/metrics/index.ts";
import { Random } from "../../src/core/index.ts";

describe("a TensorFlow.js loop", () => {
  /** Logits and labels of five samples; the last batch has one, of which TensorFlow.js makes a logit row of NaN. */
  const logits = [
    [2, 0],
    [0, 3],
    [50, 0],
    [1, 0],
    [NaN, NaN],
  ];
  const labels = [0, 1, 1, 0, 0];

  test("has a right tally where its own numbers are wrong", async () => {
    await tf.setBackend("cpu");
    const tally = new EpochTally();
    const theirs = { loss: 0, correct: 0 };
    for (let start = 0; start < labels.length; start += 2) {
      const rows = labels.slice(start, start + 2);
      tf.tidy(() => {
        const scores = tf.tensor2d(logits.slice(start, start + 2));
        const targets = tf.oneHot(rows, 2);
        // What `compile({ loss: "categoricalCrossentropy", metrics: ["accuracy"] })` computes on softmax outputs.
        const probabilities = tf.softmax(scores);
        theirs.loss += tf.metrics.categoricalCrossentropy(targets, probabilities).sum().dataSync()[0]!;
        theirs.correct += tf.metrics.categoricalAccuracy(targets, probabilities).sum().dataSync()[0]!;
        const losses = tf.losses.softmaxCrossEntropy(targets, scores, undefined, 0, tf.Reduction.NONE);
        tally.add({
          terms: losses.dataSync() as Float32Array,
          scores: scores.dataSync() as Float32Array,
          labels: rows,
        });
      });
    }
    const report = tally.report();
    // A row of NaN is correct for TensorFlow.js when its label is 0; here it is counted, named, and never correct.
    expect(theirs.correct).toBe(4);
    expect(report).toMatchObject({ correct: 3, nonFinite: 1, firstNonFinite: "batch 3", loss: NaN });

    const finite = new EpochTally();
    const terms = tf.losses.softmaxCrossEntropy(
      tf.oneHot([1], 2),
      tf.tensor2d([[50, 0]]),
      undefined,
      0,
      tf.Reduction.NONE,
    );
    finite.add({ terms: terms.dataSync() as Float32Array });
    const capped = tf.metrics
      .categoricalCrossentropy(tf.oneHot([1], 2), tf.softmax(tf.tensor2d([[50, 0]])))
      .dataSync()[0];
    // The cross-entropy of logits (50, 0) with label 1 is 50; the metric of TensorFlow.js stops at -log(1e-7).
    expect(capped).toBeCloseTo(16.118, 3);
    expect(finite.report().loss).toBe(50);
  });

  test("does not lose 200,000 losses of 0.1 to a running float32 average", () => {
    // What `evaluate` does for each batch of one: total += value * size, in float32, divided at the end.
    let total = 0;
    const tally = new EpochTally();
    for (let i = 0; i < 200_000; i++) total = Math.fround(total + Math.fround(0.1));
    for (let i = 0; i < 200_000; i += 500) tally.add({ terms: new Float32Array(500).fill(0.1) });
    expect(total / 200_000).not.toBeCloseTo(0.1, 4);
    expect(tally.report().loss).toBe(Math.fround(0.1));
  });
});

test("a plain onnxruntime-node evaluation has the same report for any batch size", async () => {
  const model = fileURLToPath(new URL("../fixtures/metrics-linear.onnx", import.meta.url));
  const session = await InferenceSession.create(model);
  const random = new Random(1, "rows");
  const rows = 50;
  const inputs = Float32Array.from({ length: rows * 4 }, () => random.normal());
  const labels = BigInt64Array.from({ length: rows }, () => BigInt(random.integer(3)));
  const reports = [];
  for (const size of [1, 7, rows]) {
    const tally = new EpochTally();
    for (let start = 0; start < rows; start += size) {
      const end = Math.min(start + size, rows);
      const x = new Tensor("float32", inputs.subarray(start * 4, end * 4), [end - start, 4]);
      const { logits } = await session.run({ x });
      const scores = logits?.data as Float32Array;
      const batch = labels.subarray(start, end);
      const losses = Array.from(batch, (label, i) => {
        const row = scores.subarray(i * 3, i * 3 + 3);
        return Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0)) - row[Number(label)]!;
      });
      tally.add({ terms: losses, scores, dims: logits!.dims, labels: batch });
    }
    reports.push(tally.report());
  }
  for (const { samples, correct, loss } of reports) {
    expect(samples).toBe(rows);
    expect(correct).toBe(reports[0]?.correct);
    expect(loss).toBeCloseTo(reports[0]?.loss ?? NaN, 6);
  }
  await session.release();
});
