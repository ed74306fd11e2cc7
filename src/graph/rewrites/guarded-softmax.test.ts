import { expect, test } from "vitest";
import { openGraph, tensor } from "../../../tests/run-graph.ts";
import { GraphBuilder } from "../builder.ts";
import { dropUnread } from "../drop-unread.ts";
import type { Graph, Value } from "../model.ts";
import { openGuardedSoftmax } from "./guarded-softmax.ts";

const shape = [2, 2, 2, 3];

function guarded(hidden: number): { graph: Graph; run: () => Promise<number[]> } {
  const g = new GraphBuilder();
  const scores = g.input("scores", "float32", shape);
  const seen = g.input("seen", "int64", [2, 1, 2, 3]);
  const [zero, low] = [g.scalar(0, "float32"), g.scalar(hidden, "float32")];
  const bias = g.op("Where", [g.op("Cast", [seen], { to: 9 }), zero, low]);
  const p = g.op("Softmax", [g.op("Add", [scores, bias])], { axis: -1 });
  g.describe(p, "float32", shape);
  g.output("y", g.op("Where", [g.op("IsNaN", [p]), zero, p]), shape);
  const values = new Map<string, Value>([[p, { name: p, type: "float32", shape }]]);
  const graph = { ...g.build("test"), values };
  return { graph, run: () => runOf(graph) };
}

async function runOf(graph: Graph): Promise<number[]> {
  const g = new GraphBuilder();
  for (const { name, type, shape: dims } of graph.inputs) g.input(name, type ?? "float32", dims);
  g.include(graph);
  g.output("y");
  const run = await openGraph(g);
  const scores = Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7) * 3);
  const seen = [1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0];
  return (
    (await run({ scores: tensor("float32", shape, scores), seen: tensor("int64", [2, 1, 2, 3], seen) }))["y"] ?? []
  );
}

test("a guarded softmax gives the same bits without its guard, and zeros where nothing is seen", async () => {
  const { graph, run } = guarded(-Infinity);
  const opened = dropUnread(openGuardedSoftmax(graph));
  expect(opened.nodes.map(({ op }) => op)).not.toContain("IsNaN");
  const expected = await run();
  expect(await runOf(opened)).toEqual(expected);
  // The second row of the first sample sees nothing
  expect(expected.slice(3, 6)).toEqual([0, 0, 0]);
});

test("where the mask is a large number no row is NaN, and the guard stays", () => {
  const { graph } = guarded(-10000);
  expect(openGuardedSoftmax(graph)).toBe(graph);
});
