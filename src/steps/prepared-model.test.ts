import { expect, test } from "vitest";
import { GraphBuilder, tensorData, workingModel } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { prepareModel } from "./prepared-model.ts";

test("the angles of a rotary embedding are no parameters, the weights before it are", async () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 2, 4]);
  const weights = g.initializer("weights", tensorData("float32", [4, 4], new Float32Array(16)));
  const angles = ["cos", "sin"].map((name) => g.initializer(name, tensorData("float32", [2, 2], [1, 0, 0, 1])));
  const places = g.op("Expand", [g.constant(tensorData("int64", [1, 2], [0, 1])), g.op("Shape", [x], { end: 2 })]);
  g.output("y", g.op("RotaryEmbedding", [g.matMul(x, weights), ...angles, places], { num_heads: 1 }));
  const { parameters } = await prepareModel(workingModel(g.build("rotary")), await loadNodeRuntime());
  expect(parameters.map(({ name }) => name)).toEqual(["weights"]);
});
