import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy, crossEntropy, meanSquaredError, type Criterion } from "../../src/criteria/index.ts";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, type Shape } from "../../src/graph/index.ts";
import { openGraph, tensor } from "../run-graph.ts";

/** Opens a criterion's terms, weights and gradient of the sum of terms, for scores of a symbolic number of rows. */
async function open(criterion: Criterion, row: readonly number[]) {
  const g = new GraphBuilder();
  const shape: Shape = ["N", ...row];
  const scores = g.input("scores", "float32", shape);
  const { type, shape: labelShape } = criterion.labels(shape);
  const labels = g.input("labels", type, labelShape);
  const { terms, weights } = criterion.emit(g, { scores, labels });
  g.output("terms", terms);
  if (weights !== undefined) g.output("weights", weights);
  const ones = g.op("Expand", [g.scalar(1, "float32"), g.shape(terms)]);
  g.output("gradient", backward(g, { seeds: new Map([[terms, ones]]), wanted: ["scores"] }).get("scores"));
  const run = await openGraph(g);
  return async (values: readonly number[], targets: readonly number[], position: readonly number[] = []) => {
    const rows = values.length / row.reduce((a, b) => a * b, 1);
    const results = await run({
      scores: tensor("float32", [rows, ...row], values),
      labels: tensor(type as "int64" | "float32", [rows, ...(type === "int64" ? position : row)], targets),
    });
    return results as { terms: number[]; weights?: number[]; gradient: number[] };
  };
}

const C = 3;
const logit = fc.float({ min: -30, max: 30, noNaN: true });
const batch = fc
  .integer({ min: 1, max: 6 })
  .chain((rows) =>
    fc.tuple(
      fc.array(logit, { minLength: rows * C, maxLength: rows * C }),
      fc.array(fc.constantFrom(-100, 0, 1, 2), { minLength: rows, maxLength: rows }),
    ),
  );
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("crossEntropy", () => {
  test("the same weight for every class leaves the mean as it is", async () => {
    const plain = await open(crossEntropy({ labelSmoothing: 0.25 }), [C]);
    const weighted = await open(crossEntropy({ labelSmoothing: 0.25, classWeights: [3, 3, 3] }), [C]);
    await fc.assert(
      fc.asyncProperty(batch, async ([scores, labels]) => {
        const [a, b] = [await plain(scores, labels), await weighted(scores, labels)];
        expect(b.weights!).toEqual(a.weights!.map((weight) => 3 * weight));
        if (sum(a.weights!) === 0) return;
        const mean = sum(a.terms) / sum(a.weights!);
        expect(sum(b.terms) / sum(b.weights!)).toBeCloseTo(mean, 4);
      }),
      { numRuns: 50 },
    );
  });

  test.each([0, 0.1])(
    "ignored rows have term, weight and gradient 0, whatever their scores (smoothing %d)",
    async (e) => {
      const criterion = crossEntropy({ labelSmoothing: e, classWeights: [1, 2, 0.5] });
      const run = await open(criterion, [C]);
      await fc.assert(
        fc.asyncProperty(batch, async ([scores, labels]) => {
          const { terms, weights, gradient } = await run(scores, labels);
          for (const [i, label] of labels.entries()) {
            if (label !== -100) continue;
            expect([terms[i], weights![i]]).toEqual([0, 0]);
            expect(gradient.slice(i * C, i * C + C).map(Math.abs)).toEqual([0, 0, 0]);
          }
        }),
        { numRuns: 50 },
      );
      const { terms, weights } = await run([NaN, 0, 0, Infinity, -Infinity, 0, 1, 1, 1], [-100, -100, 0]);
      expect(terms.slice(0, 2)).toEqual([0, 0]);
      expect(weights!).toEqual([0, 0, 1]);
    },
  );

  test("NaN scores of a labelled row are never hidden", async () => {
    const run = await open(crossEntropy(), [C]);
    const { terms, weights } = await run([NaN, 0, 0, 0, 0, NaN], [0, 1]);
    expect(terms).toEqual([NaN, NaN]);
    expect(weights!).toEqual([1, 1]);
  });

  test("a probability of 1 for one class is that class's index", async () => {
    const options = { labelSmoothing: 0.125, classWeights: [1, 2, 0.5] };
    const byIndex = await open(crossEntropy(options), [C]);
    const byProbability = await open(crossEntropy({ ...options, targets: "probabilities" }), [C]);
    await fc.assert(
      fc.asyncProperty(batch, async ([scores, drawn]) => {
        const labels = drawn.map((label) => Math.max(label, 0));
        const hot = labels.flatMap((label) => Array.from({ length: C }, (_, c) => (c === label ? 1 : 0)));
        const [a, b] = [await byIndex(scores, labels), await byProbability(scores, hot)];
        for (const [i, term] of a.terms.entries()) expect(Math.abs(b.terms[i]! - term)).toBeLessThan(2e-5);
        expect(b.weights).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test("every position of [N, C, d] is the sample that it would be alone", async () => {
    const flat = await open(crossEntropy({ labelSmoothing: 0.1 }), [C]);
    const deep = await open(crossEntropy({ labelSmoothing: 0.1 }), [C, 2]);
    const scores = [1, 2, 3, 4, 5, 6, -1, 0, 2, 8, 1, 1];
    const labels = [0, -100, 2, 1];
    const positions = [0, 1, 6, 7].map((at) => [scores[at]!, scores[at + 2]!, scores[at + 4]!]);
    const [a, b] = [await flat(positions.flat(), labels), await deep(scores, labels, [2])];
    for (const [i, term] of a.terms.entries()) expect(b.terms[i]).toBeCloseTo(term, 6);
    expect(b.weights).toEqual(a.weights);
  });

  test("large logits are exact: nothing is capped", async () => {
    const run = await open(crossEntropy(), [2]);
    const { terms } = await run([50, 0, 10000, 0, 0, 1e30, -Infinity, 0, -Infinity, 0], [1, 1, 0, 0, 1]);
    expect(terms.map((term) => term + 0)).toEqual([50, 10000, Math.fround(1e30), Infinity, 0]);
  });

  test("emits nine nodes in the plain case, and no op that the runtime takes apart", () => {
    const g = new GraphBuilder();
    const inputs = { scores: g.input("scores", "float32", ["N", 10]), labels: g.input("labels", "int64", ["N"]) };
    crossEntropy().emit(g, inputs);
    expect(g.nodes.length).toBe(9);
  });
});

describe("rows", () => {
  test.each([
    ["binaryCrossEntropy", binaryCrossEntropy({ weights: [1, 0, 2] }), [3, 2], 6],
    ["meanSquaredError", meanSquaredError(), [3, 2], 6],
    ["meanSquaredError", meanSquaredError(), [4], 4],
  ] as const)("%s weighs a row of %s by its elements", async (_, criterion, row, count) => {
    const run = await open(criterion, row);
    const values = Array.from({ length: 2 * count }, (_, i) => i / 4);
    const { terms, weights } = await run(values, values.map(Math.floor));
    expect(terms.length).toBe(2);
    expect(weights).toEqual([count, count]);
  });

  test.each([
    [binaryCrossEntropy(), []],
    [binaryCrossEntropy(), [1]],
    [meanSquaredError(), []],
    [meanSquaredError(), [1, 1]],
  ] as const)("rows of one element have no weights: %o %o", async (criterion, row) => {
    const run = await open(criterion, row);
    expect((await run([1, 2, 3], [0, 1, 1])).weights).toBeUndefined();
  });

  test("the loss of a sure and right yes-or-no is tiny, not 0", async () => {
    const run = await open(binaryCrossEntropy(), []);
    const { terms } = await run([40, -40], [1, 0]);
    for (const term of terms) expect(Math.abs(term / Math.exp(-40) - 1)).toBeLessThan(1e-5);
  });
});
