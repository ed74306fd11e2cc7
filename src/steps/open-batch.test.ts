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
  const { graph } = (await openBatch(model, await loadNodeRuntime())).model;
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

describe("opens what an export fixed besides", () => {
  const length = (g: GraphBuilder, x: string) => g.matMul(g.reshape(x, [-1, 30]), weights(g, 30, 3));
  const repeated = (g: GraphBuilder, size: number) => {
    const token = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    return g.constant(tensorData("float32", [size, 1, 6], Array.from({ length: size }, () => token).flat()));
  };

  /** Scores of four samples, two of each batch that the file takes or all in one. */
  async function checkAlike(model: Model): Promise<void> {
    const { model: open, obstacle } = await openBatch(model, await loadNodeRuntime());
    expect([open.graph.inputs[0]?.shape, obstacle]).toEqual([["N", 4, 6], undefined]);
  }

  test.each<[string, (g: GraphBuilder, x: string, size: number) => string]>([
    ["a token for each sample", (g, x, size) => length(g, g.concat([repeated(g, size), x], 1))],
    [
      "a token that is expanded",
      (g, x, size) => {
        const token = g.op("Expand", [repeated(g, 1), g.ints([size, -1, -1].map((wide) => Math.abs(wide)))]);
        return length(g, g.concat([token, x], -2));
      },
    ],
    [
      "a token that is expanded to a size that is computed from constants",
      (g, x, size) => {
        const wide = g.ints([size, -1, -1]);
        const ones = g.op("ConstantOfShape", [g.ints([3])], { value: tensorData("int64", [1], [1]) });
        const to = g.where(g.equal(wide, g.op("Mul", [ones, g.int(-1)])), ones, wide);
        return length(g, g.concat([g.op("Expand", [repeated(g, 1), to]), x], 1));
      },
    ],
    ["positions for each sample", (g, x, size) => g.sum(g.matMul(g.add(x, repeated(g, size)), weights(g, 6, 3)), [1])],
    [
      "samples that stand behind positions, alone and with heads",
      (g, x, size) => {
        const first = g.matMul(g.transpose(x, [1, 0, 2]), weights(g, 6, 18));
        const parts = g.transpose(g.unsqueeze(g.reshape(first, [4, size, 3, 6]), [0]), [3, 1, 2, 0, 4]);
        const part = (i: number) => {
          const taken = g.op("Gather", [g.squeeze(parts, [3]), g.int(i)], { axis: 0 });
          return g.transpose(g.reshape(taken, [4, size * 2, 3]), [1, 0, 2]);
        };
        const mixed = g.matMul(g.op("Softmax", [g.matMul(part(0), g.transpose(part(1), [0, 2, 1]))]), part(2));
        const merged = g.reshape(g.transpose(g.reshape(mixed, [size, 2, 4, 3]), [2, 0, 1, 3]), [4 * size, 6]);
        const out = g.reshape(g.op("Gemm", [merged, weights(g, 6, 3)]), [4, size, 3]);
        return g.op("ReduceMean", [out, g.ints([0])], { keepdims: 0 });
      },
    ],
    [
      "windows of samples, and a shape that is computed in part",
      (g, x, size) => {
        const rows = g.op("Shape", [x], { start: 1, end: 2 });
        const half = g.op("Div", [rows, g.ints([2])]);
        const split = g.reshape(x, g.concat([g.ints([size]), half, g.ints([2, 6])], 0));
        const windows = g.reshape(split, [size * 2, 2, 6]);
        const mixed = g.reshape(g.op("Softmax", [windows], { axis: 1 }), [size, 4, 6]);
        return g.matMul(g.reshape(mixed, [size, 24]), weights(g, 24, 3));
      },
    ],
    [
      "an average that is picked in order",
      (g, x, size) => {
        const list = g.reshape(g.op("ReduceMean", [x, g.ints([1])], { keepdims: 1 }), [-1]);
        const order = Array.from({ length: size * 6 }, (_, i) => i);
        const all = g.op("Gather", [list, g.constant(tensorData("int64", [size, 6, 1], order))], { axis: 0 });
        return g.matMul(g.reshape(all, [size, 6]), weights(g, 6, 3));
      },
    ],
    [
      "elements that are picked in order by their places",
      (g, x, size) => {
        const places = Array.from({ length: size * 24 }, (_, i) => [Math.floor(i / 24), Math.floor(i / 6) % 4, i % 6]);
        const indices = g.constant(tensorData("int64", [size, 1, 24, 3], places.flat()));
        return g.matMul(g.squeeze(g.op("GatherND", [x, indices]), [1]), weights(g, 24, 3));
      },
    ],
    [
      "elements of a column that are picked in order",
      (g, x, size) => {
        const column = g.op("Flatten", [g.op("ReduceMax", [x, g.ints([2])], { keepdims: 0 })], { axis: 2 });
        const order = Array.from({ length: size * 4 }, (_, i) => i);
        const all = g.op("Gather", [column, g.constant(tensorData("int64", [size, 1, 4], order))], { axis: 0 });
        return g.matMul(g.reshape(all, [size, 4]), weights(g, 4, 3));
      },
    ],
    [
      "a mask that is expanded",
      (g, x, size) => {
        const mask = g.op("Expand", [g.op("ReduceMax", [x, g.ints([2])], { keepdims: 1 }), g.ints([size, 4, 6])]);
        return g.matMul(g.reshape(g.add(x, mask), [size, -1]), weights(g, 24, 3));
      },
    ],
  ])("%s", async (_, emit) => {
    for (const size of [1, 3]) await checkAlike(modelOf((g, x) => emit(g, x, size), size));
  });
});

describe("leaves as it is", () => {
  /** Different numbers for each of two samples. */
  const joined = (g: GraphBuilder, x: string) =>
    g.matMul(g.reshape(g.concat([weights(g, 2, 4, 6), x], 1), [2, 48]), weights(g, 48, 3));

  test("what holds tensors of several samples, and says so when it is fed others", async () => {
    const model = modelOf(joined, 2);
    expect((await openBatch(model, await loadNodeRuntime())).model).toBe(model);
    const batch = { inputs: float32(new Float32Array(24), [1, 4, 6]), labels: int64([0], [1]) };
    await expect(gradientsOf(await loadModel(model), { criterion: crossEntropy(), ...batch })).rejects.toThrow(
      /Expected shape \[2, 4, 6\], got \[1, 4, 6\] \(input "x" of the model\)\. The model was exported for batches of this one size,.* as the runtime refuses/,
    );
  });

  test("what mixes samples", async () => {
    const model = modelOf((g, x) => {
      const normal = g.op("Softmax", [g.reshape(x, [1, 24])], { axis: 0 });
      return g.matMul(g.mul(g.reshape(x, [1, 24]), normal), weights(g, 24, 3));
    });
    const { model: left, obstacle } = await openBatch(model, await loadNodeRuntime());
    expect(left).toBe(model);
    expect(obstacle).toMatch(/^two batches in one do not give what each gives/);
  });

  test("what is open already", async () => {
    const model = modelOf((g, x) => g.matMul(g.reshape(x, [1, 24]), weights(g, 24, 3)));
    const inputs = model.graph.inputs.map((input) => ({ ...input, shape: ["batch", 4, 6] }));
    const open = { ...model, graph: { ...model.graph, inputs } };
    expect(await openBatch(open, await loadNodeRuntime())).toEqual({ model: open });
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

test("what an exporter noted of a tensor stays with its copy for one sample", async () => {
  const model = modelOf((g, x) => {
    const positions = g.initializer(
      "positions",
      tensorData("float32", [2, 1, 6], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]),
    );
    const moved = g.add(g.mul(x, positions), positions);
    return g.matMul(g.reshape(moved, [2, 24]), weights(g, 24, 3));
  }, 2);
  const metadata = new Map([["pkg.torch.onnx.note", "positions"]]);
  const value = { name: "positions", type: "float32", shape: [2, 1, 6], metadata } as const;
  const noted = { ...model, graph: { ...model.graph, values: new Map([["positions", value]]) } };
  const { graph } = (await openBatch(noted, await loadNodeRuntime())).model;
  expect(graph.values.get("positions.opened")).toEqual({ ...value, name: "positions.opened", shape: [1, 1, 6] });
});
