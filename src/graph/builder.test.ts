import { expect, test } from "vitest";
import { openGraph, tensor } from "../../tests/run-graph.ts";
import { GraphBuilder } from "./builder.ts";

test("a scalar takes as many axes as what it meets where that ends with axes of size 1, and nothing else changes", async () => {
  const g = new GraphBuilder();
  const [kernels, matrix, rate] = [
    g.input("kernels", "float32", [2, 3, 1, 1]),
    g.input("matrix", "float32", [2, 3]),
    g.input("rate", "float32", []),
  ];
  // What comes of a known shape is known too: the chain stays in that form.
  const moved = g.sub(1, g.sqrt(g.mul(g.add(kernels, 0.25), rate)));
  g.output("moved", moved, [2, 3, 1, 1]);
  g.output("scaled", g.mul(matrix, rate), [2, 3]);
  g.output("number", g.mul(rate, 2), []);
  expect(g.shapeOf(moved)).toEqual([2, 3, 1, 1]);
  const scalars = g.nodes
    .filter(({ op }) => ["Add", "Mul", "Sub"].includes(op))
    .map(({ inputs }) => inputs.map((name) => g.shapeOf(name)?.length));
  expect(scalars.slice(3)).toEqual([
    [2, 0],
    [0, 0],
  ]);
  expect(scalars.slice(0, 3).flat()).not.toContain(0);
  const run = await openGraph(g);
  const values = [0, 2, 3.75, 6, 8.75, 12];
  const results = await run({
    kernels: tensor("float32", [2, 3, 1, 1], values),
    matrix: tensor("float32", [2, 3], values),
    rate: tensor("float32", [], [4]),
  });
  expect(results["moved"]).toEqual(values.map((value) => 1 - Math.fround(Math.sqrt((value + 0.25) * 4))));
  expect(results["scaled"]).toEqual(values.map((value) => value * 4));
  expect(results["number"]).toEqual([8]);
});
