import { expect, test } from "vitest";
import { openGraph, tensor, worst } from "../../../tests/run-graph.ts";
import { GraphBuilder } from "../builder.ts";
import { fuseErfGelu } from "./erf-gelu.ts";

const shifted = (g: GraphBuilder, x: string) => g.add(g.op("Erf", [g.div(x, Math.SQRT2)]), 1);

/** The ways to write it that exporters have. */
const forms: Readonly<Record<string, (g: GraphBuilder, x: string) => string>> = {
  "x (1 + erf) 0.5": (g, x) => g.mul(g.mul(x, shifted(g, x)), 0.5),
  "(1 + erf) x 0.5": (g, x) => g.mul(0.5, g.mul(shifted(g, x), x)),
  "0.5 x (1 + erf)": (g, x) => g.mul(g.mul(x, 0.5), shifted(g, x)),
  "x (0.5 (1 + erf))": (g, x) => g.mul(x, g.mul(shifted(g, x), 0.5)),
  "x 0.5 (1 + erf of a product)": (g, x) => g.mul(g.mul(x, 0.5), g.add(1, g.op("Erf", [g.mul(x, Math.SQRT1_2)]))),
};

function graphOf(form: (g: GraphBuilder, x: string) => string) {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [5]);
  g.output("y", form(g, x));
  const graph = g.build("test");
  return { g, graph: { ...graph, values: new Map([["x", { name: "x", type: "float32", shape: [5] } as const]]) } };
}

test.each(Object.entries(forms))("%s becomes one Gelu of the same values", async (_, form) => {
  const { g, graph } = graphOf(form);
  const fused = fuseErfGelu(graph);
  expect(fused.nodes.map(({ op }) => op)).toEqual(["Gelu", "Identity"]);
  const single = new GraphBuilder();
  single.include({ ...fused, inputs: [] });
  single.input("x", "float32", [5]);
  single.output("y");
  const feeds = { x: tensor("float32", [5], [-3, -0.5, 0, 0.7, 4]) };
  const [parts, whole] = [await openGraph(g), await openGraph(single)];
  const [{ y: expected = [] }, { y: actual = [] }] = [await parts(feeds), await whole(feeds)];
  expect(worst(actual, expected, { relative: 1e-6, absolute: 1e-7 })).toBeLessThan(1);
});

test.each([
  ["another factor", (g: GraphBuilder, x: string) => g.mul(g.mul(x, shifted(g, x)), 0.6)],
  ["another divisor", (g: GraphBuilder, x: string) => g.mul(g.mul(x, g.add(g.op("Erf", [g.div(x, 2)]), 1)), 0.5)],
  [
    "a part that is read elsewhere",
    (g: GraphBuilder, x: string) => {
      const sum = shifted(g, x);
      return g.add(g.mul(g.mul(x, sum), 0.5), sum);
    },
  ],
  ["another x", (g: GraphBuilder, x: string) => g.mul(g.mul(g.exp(x), shifted(g, x)), 0.5)],
])("with %s it stays as it is", (_, form) => {
  const { graph } = graphOf(form);
  expect(fuseErfGelu(graph)).toBe(graph);
});
