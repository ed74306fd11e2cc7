import { expect, test } from "vitest";
import { mnist } from "../../src/data/index.ts";
import { readModel } from "../../src/graph/index.ts";
import { adamw, crossEntropy, nn, Trainer } from "../../src/index.ts";
import { nodeRuntime } from "../../src/runtime/node.ts";
import { EvaluateSteps, loadModel } from "../../src/steps/index.ts";

test("a model trained on MNIST gives, exported, the trainer's own scores and predictions in a plain session", async () => {
  const { train, val } = await mnist();
  const model = nn.sequential([nn.flatten(), nn.linear(784, 128), nn.relu(), nn.dropout(0.1), nn.linear(128, 10)], {
    seed: 7,
  });
  const trainer = new Trainer({ model, criterion: crossEntropy(), optimizer: adamw({ learningRate: 1e-3 }), seed: 7 });
  for await (const report of trainer.fit({ train }, { epochs: 1, batchSize: 64 })) expect(report.samples).toBe(60_000);
  const report = await trainer.evaluate(val, { batchSize: 64 });
  expect(report.accuracy).toBeGreaterThan(0.94);

  const bytes = await trainer.toOnnx();
  expect(JSON.parse(readModel(bytes).metadata.get("onward.preprocessing") ?? "")).toEqual(val.preprocessing);
  expect(JSON.parse(readModel(bytes).metadata.get("onward.classNames") ?? "")).toEqual(val.classNames);
  const plain = await nodeRuntime.open(bytes);
  const { prepared, values } = await loadModel(bytes);
  const evaluate = EvaluateSteps.compile(prepared, crossEntropy(), nodeRuntime, {});
  let [correct, worst, largest, seen] = [0, 0, 0, 0];
  for (let first = 0; first < val.size; first += 64) {
    const indices = Uint32Array.from({ length: Math.min(64, val.size - first) }, (_, i) => first + i);
    const batch = await val.read(indices);
    const own = (await evaluate.run(values, batch, 1, indices.length)).scores.data as Float32Array;
    const exported = (await plain.run({ input: batch.inputs as never })).scores!.data as Float32Array;
    for (let row = 0; row < indices.length; row++) {
      const [a, b] = [own, exported].map((scores) => scores.subarray(row * 10, row * 10 + 10));
      a!.forEach((score, i) => {
        worst = Math.max(worst, Math.abs(score - b![i]!));
        largest = Math.max(largest, Math.abs(score));
      });
      expect(highest(b!)).toBe(highest(a!));
      if (BigInt(highest(b!)) === (batch.labels.data as BigInt64Array)[row]) correct++;
      seen++;
    }
  }
  expect(seen).toBe(10_000);
  expect(correct).toBe(report.correct);
  expect(worst / largest).toBeLessThan(1e-5);
});

function highest(scores: Float32Array): number {
  return scores.indexOf(Math.max(...scores));
}
