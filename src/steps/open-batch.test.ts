import { describe, expect, test } from "vitest";
import { float32, int64 } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { GraphBuilder, tensorData, type Model } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { gradientsOf } from "./gradients-of.ts";
import { loadModel } from "./load-model.ts";
import { openBatch } from "./open-batch.ts";

/** A model for batches of `size`, of samples [4, 6]; its scores are [size, 3]. */
function modelOf(emit: (g: GraphBuilder, x: string) => string, size = 1, type: "float32" | "int64" = "float32"): Model {
  const g = new GraphBuilder();
  const x = g.input("x", type, [size, 4, 6]);
  g.output("scores", emit(g, x), [size, 3]);
  const producer = { name: "", version: "" };
  return {
    irVersion: 9,
    opsets: new Map([["", 20]]),
    graph: g.build("test"),
    functions: [],
    metadata: new Map(),
    producer,
  };
}

const weights = (g: GraphBuilder, ...dims: number[]) => {
  const count = dims.reduce((n, d) => n * d, 1);
  return g.constant(
    tensorData(
      "float32",
      dims,
      Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
    ),
    "weight",
  );
};
const opened = async (model: Model) => {
  const { graph } = await openBatch(model, await loadNodeRuntime());
  return [graph.inputs[0]?.shape, graph.outputs[0]?.shape];
};

describe("opens", () => {
  const open = [
    ["N", 4, 6],
    ["N", 3],
  ];

  test.each<[string, (g: GraphBuilder, x: string) => string]>([
    ["a flattening that names the batch", (g, x) => g.matMul(g.reshape(x, [1, 24]), weights(g, 24, 3))],
    ["one that names the batch and infers the rest", (g, x) => g.matMul(g.reshape(x, [1, -1]), weights(g, 24, 3))],
    ["one that infers the batch", (g, x) => g.matMul(g.reshape(x, [-1, 24]), weights(g, 24, 3))],
    [
      "heads that are split, joined with the batch, and merged again",
      (g, x) => {
        const heads = g.reshape(g.transpose(g.reshape(x, [1, 4, 2, 3]), [0, 2, 1, 3]), [2, 4, -1]);
        const products = g.op("Softmax", [g.matMul(heads, g.transpose(heads, [0, 2, 1]))], { axis: -1 });
        const merged = g.reshape(g.transpose(g.reshape(products, [1, 2, 4, 4]), [0, 2, 1, 3]), [1, 32]);
        return g.matMul(merged, weights(g, 32, 3));
      },
    ],
  ])("%s", async (_, emit) => {
    expect(await opened(modelOf(emit))).toEqual(open);
  });

  test("batches of other sizes than 1, and tokens", async () => {
    const flat = (g: GraphBuilder, x: string) => g.matMul(g.reshape(x, [8, 24]), weights(g, 24, 3));
    expect(await opened(modelOf(flat, 8))).toEqual(open);
    const tokens = (g: GraphBuilder, x: string) =>
      g.op("ReduceMean", [g.op("Gather", [weights(g, 2, 3), x]), g.ints([1, 2])], { keepdims: 0 });
    expect(await opened(modelOf(tokens, 1, "int64"))).toEqual(open);
  });
});

describe("leaves as it is", () => {
  const joined = (g: GraphBuilder, x: string) =>
    g.matMul(g.reshape(g.concat([weights(g, 1, 4, 6), x], 1), [1, 48]), weights(g, 48, 3));

  test("what holds a tensor for one sample, and says so when it is fed others", async () => {
    const model = modelOf(joined);
    expect(await openBatch(model, await loadNodeRuntime())).toBe(model);
    const batch = { inputs: float32(new Float32Array(48), [2, 4, 6]), labels: int64([0, 1], [2]) };
    await expect(gradientsOf(await loadModel(model), { criterion: crossEntropy(), ...batch })).rejects.toThrow(
      'Expected shape [1, 4, 6], got [2, 4, 6] (input "x" of the model). The model was exported for batches of this one size,',
    );
  });

  test("what mixes samples", async () => {
    const model = modelOf((g, x) => {
      const normal = g.op("Softmax", [g.reshape(x, [1, 24])], { axis: 0 });
      return g.matMul(g.mul(g.reshape(x, [1, 24]), normal), weights(g, 24, 3));
    });
    expect(await openBatch(model, await loadNodeRuntime())).toBe(model);
  });

  test("what is open already", async () => {
    const model = modelOf((g, x) => g.matMul(g.reshape(x, [1, 24]), weights(g, 24, 3)));
    const inputs = model.graph.inputs.map((input) => ({ ...input, shape: ["batch", 4, 6] }));
    const open = { ...model, graph: { ...model.graph, inputs } };
    expect(await openBatch(open, await loadNodeRuntime())).toBe(open);
  });
});

test("an opened model trains on batches of any size, and is saved open", async () => {
  const model = modelOf((g, x) =>
    g.matMul(
      g.reshape(x, [1, 24]),
      g.initializer(
        "w",
        tensorData(
          "float32",
          [24, 3],
          Float32Array.from({ length: 72 }, (_, i) => Math.cos(i)),
        ),
      ),
    ),
  );
  const loaded = await loadModel(model);
  const batch = {
    inputs: float32(
      Float32Array.from({ length: 72 }, (_, i) => Math.sin(i)),
      [3, 4, 6],
    ),
    labels: int64([0, 1, 2], [3]),
  };
  const { terms, gradients } = await gradientsOf(loaded, { criterion: crossEntropy(), ...batch });
  expect(terms.length).toBe(3);
  expect(gradients.get("w")?.dims).toEqual([24, 3]);
  expect(loaded.values.toModel().graph.inputs[0]?.shape).toEqual(["N", 4, 6]);
});
