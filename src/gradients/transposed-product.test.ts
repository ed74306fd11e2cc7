import { expect, test } from "vitest";
import { openGraph, tensor } from "../../tests/run-graph.ts";
import { GraphBuilder, dropUnread } from "../graph/index.ts";
import { backward } from "./backward.ts";

test("the gradient of a weight that is read transposed is one product", async () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2, 2, 3]);
  const weight = g.input("weight", "float32", [2, 3]);
  const turned = g.transpose(weight, [1, 0]);
  g.describe(turned, "float32", [3, 2]);
  const y = g.matMul(x, turned);
  g.describe(y, "float32", [2, 2, 2]);
  const [gradient = ""] = backward(g, {
    seeds: new Map([[y, g.input("seed", "float32", [2, 2, 2])]]),
    wanted: [weight],
  }).values();
  g.output("gradient", gradient);
  expect(dropUnread(g.build("test")).nodes.map(({ op }) => op)).toEqual([
    "Reshape",
    "Reshape",
    "FusedMatMul",
    "Identity",
  ]);
  const run = await openGraph(g);
  const results = await run({
    x: tensor("float32", [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    weight: tensor("float32", [2, 3], [0, 0, 0, 0, 0, 0]),
    seed: tensor("float32", [2, 2, 2], [1, 0, 0, 1, 2, 0, 0, -1]),
  });
  // Row 0: x0 + 2 x2; row 1: x1 - x3
  expect(results["gradient"]).toEqual([15, 18, 21, -6, -6, -6]);
});
