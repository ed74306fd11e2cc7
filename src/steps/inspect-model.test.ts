import { describe, expect, test } from "vitest";
import { GraphBuilder, tensorData, type Model } from "../graph/index.ts";
import { nn } from "../nn/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { inspectModel } from "./inspect-model.ts";

const inspect = async (model: Model) => inspectModel(model, await loadNodeRuntime());

const layers = [nn.conv2d(1, 2, 3), nn.batchNorm(2), nn.relu(), nn.flatten(), nn.dropout(0.5), nn.linear(8, 3)];
const network = nn.sequential(layers, { inputShape: [1, 4, 4] }).toModel();

describe("a network with batch normalisation and dropout", async () => {
  const inspection = await inspect(network);

  test("is described to the byte", () => {
    expect(inspection).toMatchObject({
      producer: { name: "onward" },
      opsets: { "": 20 },
      inputs: [{ name: "input", type: "float32", shape: ["N", 1, 4, 4] }],
      outputs: [{ name: "scores", type: "float32", shape: ["N", 3] }],
      stored: { bytes: 4 * (18 + 2 + 8 + 24 + 3) + 4 },
      trainingForms: { batchNormalization: 1, dropout: 1 },
      statistics: ["1.running_mean", "1.running_var"],
      head: { weight: "5.weight", bias: "5.bias", features: 8, classes: 3, before: [] },
      refused: [],
    });
    expect(inspection.parameters.map(({ name, shape, bytes }) => [name, shape, bytes])).toEqual([
      ["0.weight", [2, 1, 3, 3], 72],
      ["0.bias", [2], 8],
      ["1.weight", [2], 8],
      ["1.bias", [2], 8],
      ["5.weight", [3, 8], 96],
      ["5.bias", [3], 12],
    ]);
    expect(inspection).not.toHaveProperty("obstacle");
    expect(inspection).not.toHaveProperty("headless");
  });

  test("every op has its status", () => {
    const ops = Object.fromEntries(inspection.operations.map(({ op, count, status }) => [op, [count, status]]));
    expect(ops).toMatchObject({ Conv: [1, "rule"], BatchNormalization: [1, "rule"], Dropout: [1, "rule"] });
  });
});

/** x [N, 2] through a body, then a linear head. */
function withBody(emit: (g: GraphBuilder, x: string, w: string) => string): Model {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 2]);
  const w = g.initializer("w", tensorData("float32", [2, 2], [1, 2, 3, 4]));
  const head = g.initializer("head", tensorData("float32", [2, 3], [1, 2, 3, 4, 5, 6]));
  g.output("scores", g.matMul(emit(g, x, w), head), ["N", 3]);
  const opsets = new Map([
    ["", 20],
    ["my.ops", 1],
  ]);
  const producer = { name: "", version: "" };
  return { irVersion: 9, opsets, graph: g.build("test"), functions: [], metadata: new Map(), producer };
}

/** A Loop of one turn that multiplies by `w`, which it reads from outside too. */
function loop(g: GraphBuilder, x: string, w: string): string {
  const body = new GraphBuilder(g);
  body.input("turn", "int64", []);
  const going = body.input("going", "bool", []);
  const state = body.input("state", "float32", ["N", 2]);
  body.output("still", going);
  body.output("next", body.matMul(state, w), ["N", 2]);
  const [y = ""] = g.ops("Loop", [g.int(1), "", g.matMul(x, w)], 1, { body: body.build("body") });
  g.describe(y, "float32", ["N", 2]);
  return y;
}

describe("says what stands in the way", () => {
  test("a Loop between a parameter and the scores, by name", async () => {
    const { refused, obstacle, parameters, operations } = await inspect(withBody(loop));
    expect(parameters.map(({ name }) => name)).toEqual(["w", "head"]);
    expect(refused).toMatchObject([{ op: "Loop", node: expect.stringMatching(/^node Loop "/) as string }]);
    expect(obstacle).toBe("Gradients cannot pass the refused nodes.");
    expect(operations.find(({ op }) => op === "MatMul")?.count).toBe(3);
  });

  test("an op of an unknown domain", async () => {
    const { obstacle, operations, stored } = await inspect(withBody((g, x, w) => g.op("my.ops:Mix", [x, w])));
    expect(obstacle).toMatch(/my\.ops/);
    expect(operations).toContainEqual({ op: "my.ops:Mix", count: 1, status: "unknown" });
    expect(stored).toEqual({ tensors: 2, bytes: 40 });
  });

  test("a quantised model: its nodes, though it has no float parameters", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["N", 2]);
    const scale = g.scalar(0.1, "float32");
    g.output("scores", g.op("DequantizeLinear", [g.op("QuantizeLinear", [x, scale]), scale]), ["N", 2]);
    const { refused, parameters } = await inspect({ ...withBody((_, y) => y), graph: g.build("test") });
    expect(parameters).toEqual([]);
    expect(refused.map(({ op }) => op)).toEqual(["QuantizeLinear", "DequantizeLinear"]);
  });

  test("parameters of half precision", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float16", ["N", 2]);
    g.output("scores", g.matMul(x, g.initializer("w", tensorData("float16", [2, 3], new Uint16Array(6)))), ["N", 3]);
    const { obstacle } = await inspect({ ...withBody((_, x) => x), graph: g.build("test") });
    expect(obstacle).toMatch(/^Expected parameters of float32 to train, got float16 \(parameter "w"\)\. /);
  });

  test.each(["float64", "bfloat16"] as const)("weights of %s that no kernel takes", async (type) => {
    const g = new GraphBuilder();
    const x = g.input("x", type, ["N", 2, 4, 4]);
    const values = type === "float64" ? new Float64Array(6) : new Uint16Array(6);
    g.output(
      "scores",
      g.op("Flatten", [g.op("Conv", [x, g.initializer("w", tensorData(type, [3, 2, 1, 1], values))])]),
    );
    const { obstacle } = await inspect({ ...withBody((_, x) => x), graph: g.build("test") });
    expect(obstacle).toMatch(
      new RegExp(`^Expected weights of float32, got ${type}: ".*Conv.*" \\(tensor "w"\\)\\. Convert`),
    );
  });

  test("no head", async () => {
    const model = withBody((_, x) => x);
    const g = new GraphBuilder();
    const x = g.input("x", "float32", ["N", 2]);
    g.output("scores", g.add(g.mul(x, g.initializer("w", tensorData("float32", [2], [1, 2]))), x), ["N", 2]);
    const { head, headless, obstacle } = await inspect({ ...model, graph: g.build("test") });
    expect([head, obstacle]).toEqual([undefined, undefined]);
    expect(headless).toMatch(/^Expected a Gemm, MatMul or 1x1 Conv .*, got node Add /);
  });

  test("no parameters", async () => {
    const model = withBody((_, x) => x);
    const g = new GraphBuilder();
    g.output("scores", g.op("Relu", [g.input("x", "float32", ["N", 2])]), ["N", 2]);
    const { obstacle } = await inspect({ ...model, graph: g.build("test") });
    expect(obstacle).toBe("Expected a model with parameters to train, got none.");
  });
});
