import { expect, test } from "vitest";
import { float32, Random } from "../core/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { float } from "./attributes.ts";
import { GraphBuilder } from "./builder.ts";
import { inlineFunctions } from "./inline.ts";
import type { Model, ModelFunction, Node } from "./model.ts";
import { tensorData } from "./tensor-data.ts";
import { upgradeModel } from "./upgrade.ts";
import { verifyModel } from "./verify.ts";
import { workingModel, workingOpset } from "./working-model.ts";
import { writeModel } from "./write.ts";

const dims = [2, 4, 3, 3];
const random = new Random(3, "upgrade");
const x = float32(
  Float32Array.from({ length: 72 }, () => random.uniform(-1, 1)),
  dims,
);

function ofOpset(opset: number, emit: (g: GraphBuilder, x: string) => string): Model {
  const g = new GraphBuilder();
  g.output("y", emit(g, g.input("x", "float32", dims)));
  return { ...workingModel(g.build("old")), irVersion: 8, opsets: new Map([["", opset]]) };
}

async function run(model: Model): Promise<number[]> {
  verifyModel(model, "test");
  const session = await nodeRuntime.open(writeModel(model), { threads: 1 });
  const { y } = await session.run({ x });
  await session.release();
  return Array.from(y?.data as Float32Array);
}

const grid = tensorData(
  "float32",
  [2, 2, 2, 2],
  [-1, -0.5, 0, 0.3, 0.7, 1, -0.2, 0.1, 0.9, -1, 0.4, 0.4, 0, 0, 0.5, -0.6],
);

const samples: Readonly<Record<string, [number, (g: GraphBuilder, x: string) => string]>> = {
  "Split into equal parts": [13, (g, x) => g.ops("Split", [x], 2, { axis: 1 })[1] as string],
  "Split by sizes": [13, (g, x) => g.ops("Split", [x, g.ints([1, 3])], 2, { axis: 1 })[1] as string],
  "ReduceMean over axes": [13, (g, x) => g.op("ReduceMean", [x], { axes: [2, 3], keepdims: 0 })],
  "ReduceMax over all": [13, (g, x) => g.op("ReduceMax", [x])],
  "ReduceL2 over a negative axis": [17, (g, x) => g.op("ReduceL2", [x], { axes: [-1] })],
  "ReduceSum, whose axes were an input already": [13, (g, x) => g.op("ReduceSum", [x, g.ints([1])], { keepdims: 0 })],
  BatchNormalization: [
    13,
    (g, x) => g.op("BatchNormalization", [x, ...[1.5, 0.2, 0.1, 2].map((value) => channels(g, value))]),
  ],
  "GridSample, bilinear": [16, (g, x) => g.op("GridSample", [x, g.constant(grid)], { mode: "bilinear" })],
  "GridSample, bicubic": [16, (g, x) => g.op("GridSample", [x, g.constant(grid)], { mode: "bicubic" })],
  "Softmax, which did not change": [13, (g, x) => g.op("Softmax", [x], { axis: 1 })],
  "Softmax over all from axis 1 on": [12, (g, x) => g.op("Softmax", [x])],
  "LogSoftmax over all from axis 2 on": [11, (g, x) => g.op("LogSoftmax", [x], { axis: 2 })],
  "Softmax over the last axis": [11, (g, x) => g.op("Softmax", [x], { axis: -1 })],
  "Hardmax of a value of unknown rank": [9, (g, x) => g.op("Hardmax", [g.op("Relu", [x])])],
  "Squeeze and Unsqueeze by attributes": [
    11,
    (g, x) => g.op("Squeeze", [g.op("Unsqueeze", [x], { axes: [0, 2] })], { axes: [0] }),
  ],
  "ReduceSum over axes": [12, (g, x) => g.op("ReduceSum", [x], { axes: [1, 3], keepdims: 0 })],
  "ReduceSum over all": [12, (g, x) => g.op("ReduceSum", [x])],
  "Split by an attribute": [11, (g, x) => g.ops("Split", [x], 2, { axis: 1, split: [1, 3] })[1] as string],
  "Split into equal parts, of opset 11": [11, (g, x) => g.ops("Split", [x], 2, { axis: 1 })[1] as string],
  "Dropout with a ratio": [10, (g, x) => g.op("Dropout", [x], { ratio: float(0.3) })],
  "Clip between numbers": [10, (g, x) => g.op("Clip", [x], { min: float(-0.2), max: float(0.4) })],
  "Clip from below": [7, (g, x) => g.op("Clip", [x], { min: float(-0.2) })],
  "Pad with a value": [10, (g, x) => g.op("Pad", [x], { pads: [0, 0, 1, 2, 0, 0, 3, 0], value: float(0.5) })],
  "Pad by reflection": [9, (g, x) => g.op("Pad", [x], { pads: [0, 0, 1, 2, 0, 0, 2, 0], mode: "reflect" })],
  "Slice by attributes": [9, (g, x) => g.op("Slice", [x], { starts: [1, 0], ends: [3, 2], axes: [1, 3] })],
  "Slice of the first axes": [9, (g, x) => g.op("Slice", [x], { starts: [0, 1], ends: [1, 4] })],
  "TopK by an attribute": [9, (g, x) => g.ops("TopK", [x], 2, { k: 2, axis: 1 })[0] as string],
  "Upsample by an attribute": [
    7,
    (g, x) => g.op("Upsample", [x], { scales: [1, 1, 2, 3].map(float), mode: "nearest" }),
  ],
  "Upsample by an input, linear": [
    9,
    (g, x) => g.op("Upsample", [x, g.constant(tensorData("float32", [4], [1, 1, 2, 2]))], { mode: "linear" }),
  ],
  "Resize by scales": [
    10,
    (g, x) => g.op("Resize", [x, g.constant(tensorData("float32", [4], [1, 1, 1.5, 2.5]))], { mode: "nearest" }),
  ],
  "Resize with empty inputs": [
    11,
    (g, x) => {
      const none = g.constant(tensorData("float32", [0], []));
      return g.op("Resize", [x, none, none, g.ints([2, 4, 5, 7])], { mode: "linear" });
    },
  ],
  Scatter: [
    9,
    (g, x) =>
      g.op("Scatter", [x, g.constant(tensorData("int64", [1, 1, 1, 2], [2, 0])), g.constant(corner)], { axis: 3 }),
  ],
  "BatchNormalization, spatial": [
    7,
    (g, x) => g.op("BatchNormalization", [x, ...[1.5, 0.2, 0.1, 2].map((value) => channels(g, value))], { spatial: 1 }),
  ],
};

const corner = tensorData("float32", [1, 1, 1, 2], [7, -7]);

function channels(g: GraphBuilder, value: number): string {
  return g.constant(tensorData("float32", [4], [value, value + 0.1, value + 0.2, value + 0.3]));
}

test.each(Object.entries(samples))("%s computes the same in the working opset", async (_, [opset, emit]) => {
  const old = ofOpset(opset, emit);
  const upgraded = upgradeModel(old);
  expect(upgraded.opsets.get("")).toBe(workingOpset);
  const [before, after] = [await run(old), await run(upgraded)];
  expect(after).toHaveLength(before.length);
  for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 5);
});

test("GroupNormalization's scale and bias of each group become those of its channels", async () => {
  const of = (g: GraphBuilder, x: string, scale: number[], bias: number[]) =>
    g.op(
      "GroupNormalization",
      [x, ...[scale, bias].map((values) => g.constant(tensorData("float32", [values.length], values)))],
      { num_groups: 2, epsilon: float(1e-3) },
    );
  const upgraded = upgradeModel(ofOpset(18, (g, x) => of(g, x, [2, -1], [0.5, 3])));
  const wanted = await run(ofOpset(workingOpset, (g, x) => of(g, x, [2, 2, -1, -1], [0.5, 0.5, 3, 3])));
  expect(await run(upgraded)).toEqual(wanted);
});

test("the bodies of control flow are upgraded too", async () => {
  const branch = (sign: number) => {
    const g = new GraphBuilder();
    g.describe("x", "float32", dims);
    g.output(`branch${sign}`, g.mul(g.op("ReduceMean", ["x"], { axes: [1] }), sign));
    return g.build("branch");
  };
  const old = ofOpset(13, (g) =>
    g.op("If", [g.constant(tensorData("bool", [], [0]))], { then_branch: branch(1), else_branch: branch(-1) }),
  );
  expect(await run(upgradeModel(old))).toEqual(await run(old));
});

test.each([6, 27])("opset %i is refused with advice", (opset) => {
  expect(() => upgradeModel(ofOpset(opset, (g, x) => g.neg(x)))).toThrow(
    `Expected an opset from 7 to 26, got ${opset} (the model). Export the model again`,
  );
});

test("batch normalisation of every position is refused", () => {
  const old = ofOpset(7, (g, x) => g.op("BatchNormalization", [x, x, x, x, x], { spatial: 0 }));
  expect(() => upgradeModel(old)).toThrow(/^Expected a batch normalisation of channels, got one of every position/);
});

test("a function is inlined in its own opset, with the caller's attributes and its own defaults", async () => {
  const inner = (
    op: string,
    inputs: string[],
    outputs: string[],
    attributes: Node["attributes"] = new Map(),
  ): Node => ({
    op,
    domain: op === "Scaled" ? "my" : "",
    name: "inner",
    inputs,
    outputs,
    attributes,
  });
  const scaled: ModelFunction = {
    domain: "my",
    name: "Scaled",
    overload: "",
    inputs: ["a"],
    outputs: ["b"],
    attributes: ["axes"],
    defaults: new Map([["slope", { kind: "float", value: 0.25 }]]),
    nodes: [
      inner("LeakyRelu", ["a"], ["hidden"], new Map([["alpha", { kind: "reference", value: "slope" }]])),
      inner("ReduceMean", ["hidden"], ["b"], new Map([["axes", { kind: "reference", value: "axes" }]])),
    ],
    opsets: new Map([["", 15]]),
  };
  const twice: ModelFunction = {
    ...scaled,
    name: "Twice",
    attributes: [],
    defaults: new Map(),
    nodes: [
      inner("Scaled", ["a"], ["hidden"], new Map([["axes", { kind: "ints", value: [1] }]])),
      inner(
        "Scaled",
        ["hidden"],
        ["b"],
        new Map([
          ["axes", { kind: "ints", value: [3] }],
          ["slope", { kind: "float", value: 0.5 }],
        ]),
      ),
    ],
    opsets: new Map([["my", 1]]),
  };
  const g = new GraphBuilder();
  g.input("x", "float32", dims);
  g.output("y", g.add(g.op("my:Twice", ["x"]), g.op("my:Twice", ["x"])));
  const model: Model = {
    ...workingModel(g.build("calls")),
    opsets: new Map([
      ["", workingOpset],
      ["my", 1],
    ]),
    functions: [scaled, twice],
  };
  const inlined = inlineFunctions(model);
  expect(inlined.graph.nodes.map(({ op }) => op).filter((op) => op !== "Identity")).toEqual(
    [...Array<string[]>(4)].flatMap(() => ["LeakyRelu", "ReduceMean"]).concat("Add"),
  );
  expect(inlined.functions).toEqual([]);
  const plain = ofOpset(workingOpset, (h, value) => {
    const once = (v: string) => {
      const first = h.mean(h.op("LeakyRelu", [v], { alpha: float(0.25) }), [1], 1);
      return h.mean(h.op("LeakyRelu", [first], { alpha: float(0.5) }), [3], 1);
    };
    return h.mul(once(value), 2);
  });
  const [got, wanted] = [await run(inlined), await run(plain)];
  for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 6);
});

test("a function that calls itself is refused", () => {
  const self: ModelFunction = {
    domain: "my",
    name: "Self",
    overload: "",
    inputs: ["a"],
    outputs: ["b"],
    attributes: [],
    defaults: new Map(),
    nodes: [{ op: "Self", domain: "my", name: "again", inputs: ["a"], outputs: ["b"], attributes: new Map() }],
    opsets: new Map([["", workingOpset]]),
  };
  const g = new GraphBuilder();
  g.input("x", "float32", dims);
  g.output("y", g.op("my:Self", ["x"]));
  const model: Model = { ...workingModel(g.build("endless")), functions: [self] };
  expect(() => inlineFunctions(model)).toThrow(/^Expected function "Self" not to call itself \(node my:Self /);
});
