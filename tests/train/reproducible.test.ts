import { describe, expect, test } from "vitest";
import { float32, Random } from "../../src/core/index.ts";
import { arrays } from "../../src/data/index.ts";
import { adamw, crossEntropy, meanSquaredError, nn, Trainer, type PhaseReport } from "../../src/index.ts";
import { nodeRuntime } from "../../src/runtime/node.ts";
import { gradientsOf, loadModel, trainingPlan, TrainSteps } from "../../src/steps/index.ts";

const random = new Random(3, "samples");
const samples = 203;
const source = arrays({
  inputs: { data: Float32Array.from({ length: samples * 8 }, () => random.normal()), dims: [samples, 8] },
  labels: Array.from({ length: samples }, () => random.integer(3)),
});

function network() {
  return nn.sequential([nn.linear(8, 16), nn.batchNorm(16), nn.relu(), nn.dropout(0.3), nn.linear(16, 3)], { seed: 1 });
}

async function run(seed: number, train = source): Promise<{ reports: PhaseReport[]; bytes: Uint8Array }> {
  const trainer = new Trainer({
    model: network(),
    criterion: crossEntropy(),
    optimizer: adamw({ learningRate: 0.01 }),
    seed,
  });
  const reports: PhaseReport[] = [];
  for await (const report of trainer.fit({ train, val: source }, { epochs: 3, batchSize: 10 })) reports.push(report);
  return { reports, bytes: await trainer.toOnnx() };
}

/** A report without its times, which are all that may differ. */
function timeless({ seconds: _, waitSeconds: __, samplesPerSecond: ___, ...rest }: PhaseReport) {
  return rest;
}

describe("with dropout, batch norm and shuffling", () => {
  test("the same seed gives the same reports and the same file, another seed others", async () => {
    const [first, second, other] = [await run(5), await run(5), await run(6)];
    expect(second.reports.map(timeless)).toEqual(first.reports.map(timeless));
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(Buffer.compare(first.bytes, other.bytes)).not.toBe(0);
  });

  test("samples that the graph picks and samples that are copied beforehand give the same bits", async () => {
    expect(source.read.pick).toBeDefined();
    const copied = { ...source, read: (indices: Uint32Array) => source.read(indices) };
    const [picked, read] = [await run(5), await run(5, copied)];
    expect(read.reports.map(timeless)).toEqual(picked.reports.map(timeless));
    expect(Buffer.compare(picked.bytes, read.bytes)).toBe(0);
  });

  test("the results do not depend on how many steps one call takes", async () => {
    const results = await Promise.all(
      [1, 3, 12].map(async (perCall) => {
        const { prepared, values, parameters } = await loadModel(network().toModel([8]));
        const steps = TrainSteps.compile(
          prepared,
          crossEntropy(),
          trainingPlan(prepared, { optimizer: adamw({ learningRate: 0.01 }) }),
          5,
          nodeRuntime,
          {},
        );
        const terms: number[] = [];
        for (let first = 0; first < 12; first += perCall) {
          const indices = Uint32Array.from({ length: perCall * 10 }, (_, i) => first * 10 + i);
          const outcome = await steps.run(values, await source.read(indices), perCall, 10);
          terms.push(...(outcome.terms.data as Float32Array));
        }
        const names = [...parameters.map(({ name }) => name), ...prepared.statistics];
        return { terms, values: names.map((name) => Array.from(values.get(name).data as Float32Array)) };
      }),
    );
    expect(results[0]?.terms.length).toBe(120);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe("dropout", () => {
  test("drops the asked share, scales the rest, and only in training", async () => {
    const width = 4000;
    const model = await loadModel(nn.sequential([nn.dropout(0.25)]).toModel([width]));
    const ones = float32(new Float32Array(2 * width).fill(1), [2, width]);
    const request = { criterion: meanSquaredError(), inputs: ones, labels: ones };
    const masks = [];
    for (const seed of [0, 0, 1]) {
      const { scores } = await gradientsOf(model, { ...request, mode: "train", seed });
      masks.push(Array.from(scores.data as Float32Array));
    }
    const [mask = [], again, other] = masks;
    expect(again).toEqual(mask);
    expect(other).not.toEqual(mask);
    expect(mask.slice(0, width)).not.toEqual(mask.slice(width));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    // 8,000 draws: four standard errors are 0.0194.
    expect(Math.abs(mask.filter((value) => value === 0).length / mask.length - 0.25)).toBeLessThan(0.0194);
    const { scores } = await gradientsOf(model, request);
    expect(Array.from(scores.data as Float32Array)).toEqual(Array.from(ones.data as Float32Array));
  });

  test("drops places, samples, nodes and steps independently of each other", async () => {
    const [width, p] = [4000, 0.25];
    const ones = float32(new Float32Array(2 * width).fill(1), [2, width]);
    const masks = async (model: Awaited<ReturnType<typeof loadModel>>, seed: number) => {
      const request = { criterion: meanSquaredError(), inputs: ones, labels: ones };
      const { scores } = await gradientsOf(model, { ...request, mode: "train", seed });
      return Array.from(scores.data as Float32Array, (value) => value === 0);
    };
    const single = await loadModel(nn.sequential([nn.dropout(p)]).toModel([width]));
    const twice = await loadModel(nn.sequential([nn.dropout(p), nn.dropout(p)]).toModel([width]));
    // The share that both of two masks drop; of 8,000 draws four standard errors are 0.0108, of 4,000 0.0153.
    const both = (a: readonly boolean[], b: readonly boolean[]) =>
      a.filter((drop, i) => drop && b[i]).length / a.length;
    let last = await masks(single, 0);
    for (let seed = 1; seed < 20; seed++) {
      const mask = await masks(single, seed);
      const [first, second] = [mask.slice(0, width), mask.slice(width)];
      expect(Math.abs(both(mask, last) - p * p)).toBeLessThan(0.0153);
      expect(Math.abs(both(first, second) - p * p)).toBeLessThan(0.0153);
      for (const distance of [1, 2, 64])
        expect(Math.abs(both(mask.slice(distance), mask) - p * p)).toBeLessThan(0.0153);
      const dropped = (await masks(twice, seed)).filter((drop) => drop).length / mask.length;
      expect(Math.abs(dropped - (1 - (1 - p) ** 2))).toBeLessThan(0.0222);
      last = mask;
    }
  });

  test("of probability 0 passes everything on, of 1 nothing", async () => {
    const ones = float32([1, 1, 1, 1], [2, 2]);
    const request = { criterion: meanSquaredError(), inputs: ones, labels: ones, mode: "train" } as const;
    const scores = async (p: number) => {
      const model = await loadModel(nn.sequential([nn.dropout(p)]).toModel([2]));
      return Array.from((await gradientsOf(model, request)).scores.data as Float32Array);
    };
    expect(await scores(0)).toEqual([1, 1, 1, 1]);
    expect(await scores(1)).toEqual([0, 0, 0, 0]);
  });
});
