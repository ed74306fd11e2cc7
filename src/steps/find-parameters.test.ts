import { describe, expect, test } from "vitest";
import { GraphBuilder, readModel, tensorData, workingModel, writeModel, type Model } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { chooseParameters } from "./choose-parameters.ts";
import { prepareModel } from "./prepared-model.ts";

const values = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1));
const tensor = (g: GraphBuilder, name: string, dims: number[], list: ArrayLike<number>) =>
  g.initializer(name, tensorData("float32", dims, Float32Array.from(list)));

/** x [N, 3] through `before`, a weight [3, 3], and `after`. */
function modelOf(
  after: (g: GraphBuilder, x: string) => string,
  before: (g: GraphBuilder, x: string) => string = (_, x) => x,
): Model {
  const g = new GraphBuilder();
  const x = before(g, g.input("x", "float32", ["N", 3]));
  g.output("y", after(g, g.matMul(x, tensor(g, "weight", [3, 3], values(9)))));
  return workingModel(g.build("test"));
}

async function found(model: Model) {
  const { parameters, leftOut } = await prepareModel(model, await loadNodeRuntime());
  return [parameters.map(({ name }) => name), leftOut.map(({ name, reason }) => `${name}: ${reason}`)];
}

describe("without notes of an exporter", () => {
  const mask = "a mask: its values are 0 and 1, or 0 and far below";

  test.each<[string, string, number[]]>([
    ["Add", "-inf and 0", [0, -Infinity, 0]],
    ["Add", "the least float and 0", [-3.4028234663852886e38, 0, 0]],
    ["Add", "-100 and 0", [0, -100, -100]],
    ["Add", "learned values and -inf", [0.3, -Infinity, 1.7]],
    ["Mul", "0 and 1", [1, 0, 0]],
  ])("what an %s reads, of %s, is a mask", async (op, _, list) => {
    const model = modelOf((g, x) => g.op(op, [x, tensor(g, "onnx::Add_12", [3], list)]));
    expect(await found(model)).toEqual([["weight"], [`onnx::Add_12: ${mask}`]]);
  });

  test.each<[string, number[]]>([
    ["zeros, as a fresh bias has", [0, 0, 0]],
    ["ones, as a fresh scale has", [1, 1, 1]],
    ["zeros, ones and others", [0, 1, 0.5]],
    ["values far below", [-60, -70, -80]],
    ["one for all", [1e-6, 1e-6, 1e-6]],
  ])("what an Add reads, of %s, is a parameter", async (_, list) => {
    const model = modelOf((g, x) => g.add(x, tensor(g, "val_12", [3], list)));
    expect(await found(model)).toEqual([["weight", "val_12"], []]);
  });

  test("the window of a short-time Fourier transform is none", async () => {
    const model = modelOf((g, x) => {
      const frames = g.op("STFT", [g.unsqueeze(x, [2]), g.int(1), tensor(g, "window", [3], [0.2, 1, 0.3])]);
      return g.reshape(frames, [0, -1]);
    });
    expect(await found(model)).toEqual([["weight"], []]);
  });

  test("the weight of a layer is a parameter, whatever its values", async () => {
    const model = modelOf((g, x) => {
      const identity = tensor(g, "identity", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
      const bias = tensor(g, "bias", [3], [0, -100, 0]);
      return g.op("Gemm", [x, identity, bias]);
    });
    expect(await found(model)).toEqual([["weight", "identity", "bias"], []]);
  });

  test("mean and deviation of the inputs are no parameters, those of features are", async () => {
    const standardise = (g: GraphBuilder, x: string, ...names: [string, string]) =>
      g.div(g.sub(x, tensor(g, names[0], [3], values(3))), tensor(g, names[1], [3], [2, 3, 4]));
    const model = modelOf(
      (g, x) => standardise(g, x, "center", "spread"),
      (g, x) => standardise(g, g.mul(x, tensor(g, "scale", [3], [3, 4, 5])), "mean", "std"),
    );
    const reason = "part of the inputs' preprocessing";
    expect(await found(model)).toEqual([
      ["scale", "weight", "center", "spread"],
      [`mean: ${reason}`, `std: ${reason}`],
    ]);
  });
});

test("notes of PyTorch's exporter decide, and are kept in the file", async () => {
  const model = modelOf((g, x) => {
    const sum = ["val_1", "unsqueeze_2", "table", "mask", "plain"].reduce(
      (y, name) => g.add(y, tensor(g, name, [3], values(3))),
      g.mul(x, tensor(g, "val_3", [3], [0, 1, 1])),
    );
    return g.add(sum, tensor(g, "val_4", [3], [0, -100, 0]));
  });
  const signature = [
    "# inputs",
    "p_weight: PARAMETER target='inner.weight'",
    "p_mask: PARAMETER target='mask'",
    "b_table: BUFFER target='table' persistent=True",
    "b_freq: BUFFER target='inv_freq' persistent=False",
  ].join("\n");
  const folded = {
    weight: ["inner.weight"],
    val_1: ["arange", "inner.weight"],
    unsqueeze_2: ["cos", "inv_freq"],
    val_3: ["mask"],
    val_4: ["fill"],
  };
  const noted: Model = {
    ...model,
    graph: {
      ...model.graph,
      metadata: new Map([["pkg.torch.export.ExportedProgram.graph_signature", signature]]),
      values: new Map(
        Object.entries(folded).map(([name, sources]) => {
          const metadata = new Map([
            ["pkg.onnxscript.optimizer.folded_from", `[${sources.map((s) => `'${s}'`).join(", ")}]`],
          ]);
          return [name, { name, type: "float32" as const, shape: model.graph.initializers.get(name)!.dims, metadata }];
        }),
      ),
    },
  };
  const expected = [
    ["weight", "val_3", "val_1", "mask", "plain"],
    [
      "unsqueeze_2: computed from a buffer, as its exporter notes",
      "table: a buffer, as its exporter notes",
      "val_4: computed from constants, as its exporter notes",
    ],
  ];
  expect(await found(noted)).toEqual(expected);
  const fixed = { ...noted, graph: { ...noted.graph, inputs: [{ ...noted.graph.inputs[0]!, shape: [1, 3] }] } };
  const { model: opened } = await prepareModel(fixed, await loadNodeRuntime());
  expect(opened.graph.inputs[0]!.shape).toEqual(["N", 3]);
  expect(await found(readModel(writeModel(opened)))).toEqual(expected);
});

test("what is chosen by name is trained, and nothing else", async () => {
  const model = modelOf((g, x) =>
    g.add(g.add(x, tensor(g, "mask", [3], [0, -100, 0])), tensor(g, "bias", [3], values(3))),
  );
  expect(await found(chooseParameters(model, ["m?sk", "bias"]))).toEqual([["mask", "bias"], []]);
  expect(() => chooseParameters(model, "fc.*")).toThrow(
    'Expected a pattern that fits a float initializer, got "fc.*".',
  );
});
