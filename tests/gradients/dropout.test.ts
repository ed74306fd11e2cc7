import { expect, test } from "vitest";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, tensorData, toTensor, workingModel, writeModel } from "../../src/graph/index.ts";
import { loadNodeRuntime } from "../../src/runtime/index.ts";

test("the gradient of a dropout in training has the mask of the same run", async () => {
  const count = 200;
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [count]);
  const y = g.op("Dropout", [x, g.scalar(0.25, "float32"), g.scalar(1, "bool")]);
  g.describe(y, "float32", [count]);
  g.output("y", y);
  const seed = g.input("seed", "float32", [count]);
  const [gradient] = backward(g, { seeds: new Map([[y, seed]]), wanted: [x] }).values();
  g.output("gradient", gradient);
  const session = await (await loadNodeRuntime()).open(writeModel(workingModel(g.build("dropout"))), { threads: 1 });
  const ones = toTensor(tensorData("float32", [count], new Float32Array(count).fill(1)));
  const results = await session.run({ x: ones, seed: ones });
  const values = Array.from(results["y"]?.data as Float32Array);
  expect(Array.from(results["gradient"]?.data as Float32Array)).toEqual(values);
  const dropped = values.filter((value) => value === 0).length;
  expect(dropped).toBeGreaterThan(10);
  expect(dropped).toBeLessThan(100);
  await session.release();
});

test("a value that tells CastLike a type gets no gradient of it", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [3]);
  const mask = g.input("mask", "bool", [3]);
  const y = g.mul(x, g.castLike(mask, x));
  g.describe(y, "float32", [3]);
  const seed = g.input("seed", "float32", [3]);
  const count = g.nodes.length;
  backward(g, { seeds: new Map([[y, seed]]), wanted: [x] });
  expect(g.nodes.slice(count).map(({ op }) => op)).toEqual(["Mul"]);
});
