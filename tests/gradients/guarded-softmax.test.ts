import { describe, expect, test } from "vitest";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, tensorData } from "../../src/graph/index.ts";
import { openGraph, tensor } from "../run-graph.ts";

const rows = [0.3, -1.2, 0.7, 0.1, 1.1, 0.4, -0.6, 0.9, -0.2, 0.8, 1.5, -1.1];
const weights = [0.9, -0.4, 1.3, 0.2, -0.8, 0.6, 1.1, -1.4, 0.5, 0.7, -0.3, 1.2];

/** A softmax of [3, 4] whose second row is masked as a whole, and whose third in part. */
function graphOf(op: string, guard: (g: GraphBuilder, y: string, masked: string) => string): GraphBuilder {
  const g = new GraphBuilder();
  const x = g.input("x", "float64", [3, 4]);
  const hidden = [0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0].map((hide) => (hide === 1 ? -Infinity : 0));
  const masked = g.add(x, g.initializer("mask", tensorData("float64", [3, 4], hidden)));
  const y = g.op(op, [masked], { axis: 1 });
  g.describe(y, "float64", [3, 4]);
  g.output("kept", guard(g, y, masked), [3, 4]);
  return g;
}

const guards: Record<string, Parameters<typeof graphOf>[1]> = {
  "Where(IsNaN(y), 0, y)": (g, y) => g.where(g.op("IsNaN", [y]), 0, y),
  "Where(IsNaN(y), 0, y), the filling of the softmax's shape": (g, y) =>
    g.op("Where", [g.op("IsNaN", [y]), g.constant(tensorData("float64", [1, 4], [0, 0, 0, 0])), y]),
  "Where(all are -inf, 0, y)": (g, y, masked) => {
    const most = g.op("ReduceMax", [masked, g.ints([1])], { keepdims: 1 });
    return g.where(g.equal(most, -Infinity), 0, y);
  },
  "Where(some are not -inf, y, 0)": (g, y, masked) => {
    const most = g.op("ReduceMax", [masked, g.ints([1])], { keepdims: 1 });
    return g.where(g.greater(most, -Infinity), y, 0);
  },
};

describe.each(["Softmax", "LogSoftmax"])("%s", (op) => {
  test.each(Object.entries(guards))("behind %s has the gradient of what is used", async (_, guard) => {
    const forward = await openGraph(graphOf(op, guard));
    // Of LogSoftmax the masked entries of other rows are -inf: they are left out of the sum.
    const loss = async (x: readonly number[]) =>
      (await forward({ x: tensor("float64", [3, 4], x) }))["kept"]!.reduce(
        (sum, value, i) => sum + (value === -Infinity ? 0 : value * weights[i]!),
        0,
      );
    const g = graphOf(op, guard);
    const seed = g.constant(
      tensorData(
        "float64",
        [3, 4],
        weights.map((w, i) => (op === "LogSoftmax" && i === 9 ? 0 : w)),
      ),
    );
    g.output("dx", backward(g, { seeds: new Map([["kept", seed]]), wanted: ["x"] }).get("x"), [3, 4]);
    const { dx } = await (await openGraph(g))({ x: tensor("float64", [3, 4], rows) });
    for (const [i, value] of dx!.entries()) {
      const step = 1e-5;
      const difference = (await loss(rows.with(i, rows[i]! + step))) - (await loss(rows.with(i, rows[i]! - step)));
      expect(Math.abs(value - difference / (2 * step))).toBeLessThan(1e-9);
    }
    expect(dx!.slice(4, 8)).toEqual([0, 0, 0, 0]);
  });
});

test("a row that nothing guards has no number for a gradient", async () => {
  const g = graphOf("Softmax", (_, y) => y);
  const seed = g.constant(tensorData("float64", [3, 4], weights));
  g.output("dx", backward(g, { seeds: new Map([["kept", seed]]), wanted: ["x"] }).get("x"), [3, 4]);
  const { dx } = await (await openGraph(g))({ x: tensor("float64", [3, 4], rows) });
  expect(dx!.slice(4, 8)).toEqual([NaN, NaN, NaN, NaN]);
});
