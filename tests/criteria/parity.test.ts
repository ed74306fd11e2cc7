import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { criteria, reduced, type Criterion, type Reduction } from "../../src/criteria/index.ts";
import * as everything from "../../src/criteria/index.ts";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, type Shape } from "../../src/graph/index.ts";
import { fromJson, openGraph, tensor, worst } from "../run-graph.ts";

/** A case of tests/witnesses/criteria.py: PyTorch's results in float64. */
interface Case {
  name: string;
  options: Record<string, unknown>;
  shape: number[];
  scores: (number | string)[];
  labelShape: number[];
  labels: (number | string)[];
  none: (number | string)[];
  sum: (number | string)[];
  mean: (number | string)[];
  sumGradient: (number | string)[];
  meanGradient: (number | string)[];
}

type Name = keyof typeof criteria;
const fixture = JSON.parse(readFileSync("tests/fixtures/criteria.json", "utf8")) as Record<Name, Case[]>;

/**
 * The accuracy of float32 results against float64. Logits of size 8 know their own difference to 5e-7, and so does the log of a
 * softmax; the other losses are accurate relative to themselves, however small. Gradients are differences of probabilities.
 */
const tolerance: Record<Name, { relative: number; absolute: number }> = {
  crossEntropy: { relative: 1e-6, absolute: 1e-6 },
  binaryCrossEntropy: { relative: 1e-6, absolute: 1e-14 },
  meanSquaredError: { relative: 1e-6, absolute: 1e-14 },
  focal: { relative: 1e-6, absolute: 2e-6 },
  binaryFocal: { relative: 2e-6, absolute: 1e-14 },
  hinge: { relative: 1e-6, absolute: 1e-6 },
  binaryHinge: { relative: 1e-6, absolute: 1e-6 },
  klDivergence: { relative: 1e-6, absolute: 1e-6 },
};
const gradientTolerance = { relative: 1e-6, absolute: 5e-7 };

const make = (name: Name, options: Record<string, unknown>, reduction: Reduction): Criterion => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
  return (criteria[name] as (options: object) => Criterion)({ ...given, reduction });
};

async function run(criterion: Criterion, c: Case, scoresShape: Shape | undefined, gradient: boolean) {
  const g = new GraphBuilder();
  const scores = g.input("scores", "float32", scoresShape);
  const { type, shape } = criterion.labels(scoresShape);
  const labels = g.input("labels", type, shape);
  const loss = reduced(criterion, g, { scores, labels });
  g.output("loss", loss);
  if (gradient) {
    const seeds = new Map([[loss, g.scalar(1, "float32")]]);
    g.output("gradient", backward(g, { seeds, wanted: ["scores"] }).get("scores"));
  }
  const feeds = {
    scores: tensor("float32", c.shape, fromJson(c.scores)),
    labels: tensor(type as "float32" | "int64", c.labelShape, fromJson(c.labels)),
  };
  return (await openGraph(g))(feeds);
}

test("every criterion that is exported has a place in the registry and in the fixture", () => {
  const makers = Object.entries(everything).filter(([, value]) => typeof value === "function" && value !== reduced);
  expect(makers.map(([name]) => name).sort()).toEqual(Object.keys(criteria).sort());
  for (const name of Object.keys(criteria) as Name[]) expect(fixture[name].length, name).toBeGreaterThan(3);
});

describe.each(Object.keys(criteria) as Name[])("%s agrees with PyTorch", (name) => {
  test.each(fixture[name].map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const batchFree: Shape = ["N", ...c.shape.slice(1)];
    for (const reduction of ["none", "sum", "mean"] as const) {
      const criterion = make(name, c.options, reduction);
      const { loss, gradient } = await run(criterion, c, batchFree, reduction !== "none");
      expect(worst(loss!, fromJson(c[reduction]), tolerance[name]), `${reduction} ${loss!.join()}`).toBeLessThan(1);
      if (reduction === "none") continue;
      const expected = fromJson(c[`${reduction}Gradient`]);
      expect(
        worst(gradient!, expected, gradientTolerance),
        `gradient of the ${reduction} ${gradient!.join()}`,
      ).toBeLessThan(1);
    }
  });

  test("whether sizes are known or found when the graph runs", async () => {
    for (const c of fixture[name].filter((_, i) => i % 3 === 0)) {
      const criterion = make(name, c.options, "mean");
      const known = await run(criterion, c, c.shape, true);
      const symbolic = await run(
        criterion,
        c,
        c.shape.map((_, i) => `d${i}`),
        true,
      );
      expect(symbolic, c.name).toEqual(known);
    }
    // Weights lie along an axis, so they need the rank; the rest does without.
    for (const c of fixture[name].filter(({ options }) => Object.values(options).every((value) => value === null))) {
      const criterion = make(name, c.options, "mean");
      const { loss } = await run(criterion, c, undefined, false);
      expect(worst(loss!, fromJson(c.mean), tolerance[name]), c.name).toBeLessThan(1);
    }
  });

  test("a criterion made again from its recorded options emits the same graph", () => {
    for (const c of fixture[name]) {
      const build = (criterion: Criterion) => {
        const g = new GraphBuilder();
        const shape: Shape = ["N", ...c.shape.slice(1)];
        const scores = g.input("scores", "float32", shape);
        const labels = g.input("labels", criterion.labels(shape).type, criterion.labels(shape).shape);
        g.output("loss", reduced(criterion, g, { scores, labels }));
        return g.build("");
      };
      const first = make(name, c.options, "mean");
      expect(build(make(name, first.options, "mean"))).toEqual(build(first));
    }
  });
});
