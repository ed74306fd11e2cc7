import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { adam, crossEntropy, meanSquaredError, nn, Trainer } from "../../src/index.ts";
import { metricNames, namedMetric, type Metric } from "../../src/train/index.ts";
import {
  balancedAccuracy,
  cohensKappa,
  ConfusionState,
  fBeta,
  probabilityRows,
  RankedState,
} from "../../src/metrics/index.ts";
import { nodeRuntime } from "../../src/runtime/node.ts";

const random = new Random(8, "metrics");
const [samples, classes] = [150, 3];
const labels = Array.from({ length: samples }, (_, i) => (i % 10 === 4 ? -100 : random.integer(classes)));
const inputs = Float32Array.from(
  { length: samples * 4 },
  (_, i) => random.normal() + (labels[i >> 2] === i % 4 ? 1 : 0),
);
const source = arrays({ inputs: { data: inputs, dims: [samples, 4] }, labels });
const model = () => nn.sequential([nn.linear(4, 8), nn.relu(), nn.linear(8, classes)], { seed: 1 });
const trainer = (metrics: readonly Metric[]) =>
  new Trainer({ model: model(), criterion: crossEntropy(), optimizer: adam({ learningRate: 0.02 }), metrics });

describe("metrics of a phase", () => {
  test("are those of all its samples, for any batch size", async () => {
    const one = trainer([...metricNames, "top2"].map(namedMetric));
    await one.fit({ train: source }, { epochs: 1 }).next();
    const reports = await Promise.all([1, 7, 64, samples].map((batchSize) => one.evaluate(source, { batchSize })));
    expect(Object.keys(reports[0]!.metrics!)).toEqual([...metricNames, "top2"]);
    for (const report of reports) {
      for (const [name, value] of Object.entries(report.metrics!)) {
        // The scores themselves may differ in the last bit: the runtime picks its kernels by shape.
        expect(Math.abs(value - reports[0]!.metrics![name]!), name).toBeLessThan(1e-6);
      }
    }

    const session = await nodeRuntime.open(await one.toOnnx());
    const batch = await source.read(Uint32Array.from({ length: samples }, (_, i) => i));
    const input = session.inputs[0]!.name;
    const outputs = await session.run({ [input]: batch.inputs as never });
    const scores = Float64Array.from(Object.values(outputs)[0]!.data as Float32Array);
    const probabilities = new Float64Array(scores.length);
    probabilityRows(scores, classes, "logits", probabilities, new Float64Array(samples), () => "");
    const kept = labels.flatMap((label, row) => (label < 0 ? [] : [row]));
    const rows = (of: Float64Array) => kept.flatMap((row) => [...of.subarray(row * classes, (row + 1) * classes)]);
    const truth = kept.map((row) => labels[row]!);
    const confusion = new ConfusionState(classes);
    const predictions = kept.map((_, i) => {
      const own = rows(scores).slice(i * classes, (i + 1) * classes);
      return own.indexOf(Math.max(...own));
    });
    confusion.add({ labels: truth, predictions });
    const ranked = new RankedState(classes);
    ranked.add({ scores: rows(probabilities), labels: truth });
    const got = reports.at(-1)!.metrics!;
    expect(got["f1"]).toBe(fBeta(confusion.counts(), 1).macro);
    expect(got["f1.micro"]).toBe(fBeta(confusion.counts(), 1).micro);
    expect(got["balancedAccuracy"]).toBe(balancedAccuracy(confusion.counts()));
    expect(got["kappa"]).toBe(cohensKappa(confusion.counts()));
    expect(got["rocAuc"]).toBe(ranked.read().rocAuc?.macroOvr);
    expect(got["top2"]).toBeGreaterThan(reports[0]!.accuracy!);
    expect(got["f1.micro"]).toBeCloseTo(reports[0]!.accuracy!, 12);
  });

  test("can be anybody's own, and can tell the best epoch", async () => {
    const recallOfClass2: Metric = {
      name: "recall2",
      start(_classes, kept) {
        const counts = (kept as { hits: number; all: number } | undefined) ?? { hits: 0, all: 0 };
        return {
          add({ labels: truth, predictions }) {
            for (const [i, label] of truth.entries()) {
              if (label !== 2) continue;
              counts.all++;
              if (predictions[i] === 2) counts.hits++;
            }
          },
          read: () => (counts.all === 0 ? undefined : counts.hits / counts.all),
          toJSON: () => counts,
        };
      },
    };
    const one = new Trainer({
      model: model(),
      criterion: crossEntropy(),
      optimizer: adam({ learningRate: 0.02 }),
      metrics: [recallOfClass2],
      monitor: "val.recall2",
    });
    const values: number[] = [];
    for await (const { phase, metrics } of one.fit({ train: source, val: source }, { epochs: 4 })) {
      if (phase === "val") values.push(metrics!["recall2"]!);
    }
    expect(one.bestEpoch).toBe(values.indexOf(Math.max(...values)) + 1);
  });

  test("are refused by name, twice, and where nothing is decided", () => {
    expect(() => namedMetric("f2")).toThrow(/^Expected a metric of precision, precision\.micro, .*, top5, got "f2"\.$/);
    expect(() => trainer([namedMetric("f1"), namedMetric("f1")])).toThrow(
      'Expected metrics of different names, got "f1" twice.',
    );
    expect(() => new Trainer({ model: model(), criterion: meanSquaredError(), metrics: [namedMetric("f1")] })).toThrow(
      "Expected metrics with a criterion that decides for the highest score, got meanSquaredError.",
    );
  });
});
