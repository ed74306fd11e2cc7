import { expect, test } from "vitest";
import { openGraph, tensor } from "../../../tests/run-graph.ts";
import { GraphBuilder } from "../builder.ts";
import type { Graph, Value } from "../model.ts";
import { poolBeforeRelu } from "./pool-before-relu.ts";

const shape = [1, 2, 4, 4];

function chain(indices: boolean, readTwice: boolean): Graph {
  const g = new GraphBuilder();
  g.input("x", "float32", shape);
  const active = g.op("Relu", ["x"]);
  const [largest = "", places = ""] = g.ops("MaxPool", [active], indices ? 2 : 1, {
    kernel_shape: [3, 3],
    strides: [2, 2],
  });
  g.output("y", largest, [1, 2, 1, 1]);
  if (indices) g.output("places", places);
  if (readTwice) g.output("active", active);
  const known: [string, readonly number[]][] = [
    [active, shape],
    [largest, [1, 2, 1, 1]],
  ];
  const values = new Map(known.map(([name, dims]): [string, Value] => [name, { name, type: "float32", shape: dims }]));
  return { ...g.build("test"), values };
}

async function run(graph: Graph): Promise<number[]> {
  const g = new GraphBuilder();
  g.input("x", "float32", shape);
  g.include(graph);
  g.output("y");
  const x = Array.from({ length: 32 }, (_, i) => (i < 16 ? Math.sin(i) : -1 - i));
  return (await (await openGraph(g))({ x: tensor("float32", shape, x) }))["y"] ?? [];
}

test("the pooling comes first, with the same result, and its map is known to be small", async () => {
  const [graph, rewritten] = [chain(false, false), poolBeforeRelu(chain(false, false))];
  expect(rewritten.nodes.map(({ op }) => op)).toEqual(["MaxPool", "Relu", "Identity"]);
  expect(rewritten.values.get(rewritten.nodes[0]?.outputs[0] ?? "")?.shape).toEqual([1, 2, 1, 1]);
  const expected = await run(graph);
  expect(expected[1]).toBe(0);
  expect(await run(rewritten)).toEqual(expected);
});

test.each([
  ["the indices are asked for", true, false],
  ["the map is read elsewhere", false, true],
])("stays as it is where %s", (_, indices, readTwice) => {
  const graph = chain(indices, readTwice);
  expect(poolBeforeRelu(graph)).toBe(graph);
});
