import { describe, expect, test } from "vitest";
import { float32, type Tensor } from "../core/index.ts";
import { GraphBuilder, metadataKeys, tensorData, toTensor, writeModel, type Model } from "../graph/index.ts";
import { nn } from "../nn/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { replaceHead } from "./replace-head.ts";

const x = float32(
  Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)),
  [3, 4, 2, 2],
);

function modelOf(
  emit: (g: GraphBuilder, input: string, tensor: (name: string, ...dims: number[]) => string) => string,
  shape: readonly (string | number)[] = ["N", 4],
): Model {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", ["N", 4, 2, 2]);
  const tensor = (name: string, ...dims: number[]) => {
    const count = dims.reduce((n, d) => n * d, 1);
    return g.initializer(
      name,
      tensorData(
        "float32",
        dims,
        Float32Array.from({ length: count }, (_, i) => Math.cos(i)),
      ),
    );
  };
  g.output("scores", emit(g, input, tensor), shape);
  return {
    irVersion: 9,
    opsets: new Map([["", 20]]),
    graph: g.build("test"),
    functions: [],
    metadata: new Map([[metadataKeys.classNames, '["a","b","c","d"]']]),
    producer: { name: "", version: "" },
  };
}

async function run(model: Model): Promise<Tensor> {
  const session = await (await loadNodeRuntime()).open(writeModel(model));
  const { scores } = await session.run({ x });
  await session.release();
  return scores as Tensor;
}

/** Features [3, F] times a fresh weight [7, F] plus a fresh bias, as the replaced model should compute. */
function linear(features: readonly number[], model: Model, weight: string, bias: string): number[] {
  const w = toTensor(model.graph.initializers.get(weight)!).data as Float32Array;
  const b = toTensor(model.graph.initializers.get(bias)!).data as Float32Array;
  const width = features.length / 3;
  return Array.from({ length: 21 }, (_, i) => {
    const [row, column] = [Math.floor(i / 7), i % 7];
    return (
      b[column]! + features.slice(row * width, (row + 1) * width).reduce((s, f, k) => s + f * w[column * width + k]!, 0)
    );
  });
}

const means = Array.from(
  { length: 12 },
  (_, i) => (x.data as Float32Array).slice(4 * i, 4 * i + 4).reduce((a, b) => a + b) / 4,
);
const pixels = [...(x.data as Float32Array)];

describe("a fresh head computes", () => {
  test("features W + b behind a Gemm, and one without a bias gets one", async () => {
    const model = modelOf((g, input, tensor) =>
      g.op("Gemm", [g.op("Flatten", [input]), tensor("w", 4, 16)], { transB: 1 }),
    );
    const fresh = replaceHead(model, { classes: 7, seed: 1 });
    const scores = await run(fresh);
    expect(scores.dims).toEqual([3, 7]);
    expect([...fresh.graph.initializers.keys()]).toContain("w.bias");
    const expected = linear(pixels, fresh, "w", "w.bias");
    (scores.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test("the mean over positions of a 1x1 convolution, through a Reshape that names the classes", async () => {
    const model = modelOf(
      (g, input, tensor) => {
        const maps = g.op("Conv", [input, tensor("w", 5, 4, 1, 1), tensor("b", 5)]);
        return g.reshape(
          g.mean(maps, [2, 3], 1),
          g.concat([g.op("Shape", [input], { start: 0, end: 1 }), g.ints([5])], 0),
        );
      },
      ["N", 5],
    );
    const fresh = replaceHead(model, { classes: 7, seed: 1 });
    const scores = await run(fresh);
    expect(scores.dims).toEqual([3, 7]);
    expect(fresh.graph.outputs[0]?.shape).toEqual(["N", 7]);
    const expected = linear(means, fresh, "w", "b");
    (scores.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test("beside a tensor that others still read, which stays as it was", async () => {
    const model = modelOf((g, input, tensor) => {
      const [tied, bias] = [tensor("w", 4, 4), tensor("b", 4)];
      const hidden = g.op("Gemm", [g.reshape(g.mean(input, [2, 3], 1), [-1, 4]), tied, bias], { transB: 1 });
      return g.add(g.matMul(hidden, g.transpose(tied, [1, 0])), g.op("Identity", [bias]));
    });
    const fresh = replaceHead(model, { classes: 7, seed: 1 });
    expect((await run(fresh)).dims).toEqual([3, 7]);
    for (const name of ["w", "b"]) expect(fresh.graph.initializers.get(name)).toBe(model.graph.initializers.get(name));
    expect(fresh.graph.initializers.get("w.head")?.dims).toEqual([4, 7]);
    expect(fresh.graph.initializers.get("b.head")?.dims).toEqual([7]);
  });
});

test("weights are those of PyTorch's default: uniform in ±1 / sqrt(features), by the seed", () => {
  const model = nn.mlp({ inputs: 4, hidden: [100], classes: 3 }).toModel([4]);
  const weightOf = (seed: number) => replaceHead(model, { classes: 50, seed }).graph.initializers.get("3.weight")!;
  const values = toTensor(weightOf(1)).data as Float32Array;
  expect(values.length).toBe(5000);
  expect(Math.max(...values)).toBeLessThanOrEqual(0.1);
  expect(Math.max(...values)).toBeGreaterThan(0.099);
  expect(Math.min(...values)).toBeLessThan(-0.099);
  const variance = values.reduce((sum, v) => sum + v * v, 0) / 5000;
  expect(Math.abs(variance - 0.01 / 3)).toBeLessThan(2e-4);
  expect(weightOf(1).bytes).toEqual(weightOf(1).bytes);
  expect(weightOf(2).bytes).not.toEqual(weightOf(1).bytes);
});

test("all else stays: names, order, other tensors; the old classes' names go", () => {
  const model = nn.mlp({ inputs: 4, hidden: [8], classes: 3 }).toModel([4]);
  const named = { ...model, metadata: new Map([...model.metadata, [metadataKeys.classNames, '["a","b","c"]']]) };
  const fresh = replaceHead(named, { classes: 5 });
  expect([...fresh.graph.initializers.keys()]).toEqual([...model.graph.initializers.keys()]);
  expect(fresh.graph.initializers.get("1.weight")).toBe(model.graph.initializers.get("1.weight"));
  expect(fresh.metadata).toEqual(model.metadata);
  expect(fresh.graph.outputs).toEqual([{ ...model.graph.outputs[0], shape: ["N", 5] }]);
});

test("a declared list of parameters takes in a new bias", () => {
  const layers = [nn.linear(4, 3, { bias: false })];
  const fresh = replaceHead(nn.sequential(layers, { inputShape: [4] }).toModel(), { classes: 5 });
  expect(fresh.metadata.get(metadataKeys.parameters)).toBe('["0.weight","0.weight.bias"]');
});

test.each([0, -1, 1.5, NaN])("%d classes are refused", (classes) => {
  const model = nn.mlp({ inputs: 4, hidden: [8], classes: 3 }).toModel([4]);
  expect(() => replaceHead(model, { classes })).toThrow(/^Expected classes to be a positive integer, got /);
});
