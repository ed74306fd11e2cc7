import { expect, test } from "vitest";
import { GraphBuilder } from "./builder.ts";
import { dropUnread } from "./drop-unread.ts";

test("what no output is computed from is left out, and what a body reads is kept", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2, 3]);
  const inner = g.mul(x, 2);
  const unread = g.exp(g.add(inner, 5));
  const body = new GraphBuilder(g);
  body.output("y", body.mul(body.input("row", "float32", [3]), inner));
  g.output("y", g.op("Scan", [x], { body: body.build("row"), num_scan_inputs: 1 }));
  const graph = dropUnread(g.build("test"));
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Mul", "Scan", "Identity"]);
  expect(graph.nodes.some(({ outputs }) => outputs.includes(unread))).toBe(false);
  expect([...graph.initializers.values()].map(({ bytes }) => bytes.length)).toEqual([4]);
});
