import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryFocal,
  binaryHinge,
  criteria,
  crossEntropy,
  focal,
  hinge,
  klDivergence,
  meanSquaredError,
  type Criterion,
} from "../../src/criteria/index.ts";
import { backward } from "../../src/gradients/index.ts";
import { GraphBuilder, type Shape } from "../../src/graph/index.ts";
import { openGraph, tensor } from "../run-graph.ts";
import { columns, samples } from "./samples.ts";

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

const kinds = Object.entries(samples).flatMap(([name, list]) =>
  list.flatMap((kind) => kind.options.map((options) => ({ name: name as keyof typeof criteria, kind, options }))),
);

describe.each(kinds.map((c) => [c.name, JSON.stringify(c.options), c] as const))(
  "%s %s",
  (_name, _options, { name, kind, options }) => {
    const criterion = (criteria[name] as (options: object) => Criterion)(options);

    test("a sample's term, weight and gradient do not depend on the others, and are finite for finite scores", async () => {
      const run = await open(criterion, [columns]);
      const scores = fc.float({ min: -1e4, max: 1e4, noNaN: true });
      const sample = fc.tuple(fc.array(scores, { minLength: columns, maxLength: columns }), kind.labels);
      await fc.assert(
        fc.asyncProperty(fc.array(sample, { minLength: 2, maxLength: 5 }), async (drawn) => {
          const all = await run(
            drawn.flatMap(([x]) => x),
            drawn.flatMap(([, y]) => [...y]),
          );
          for (const [i, [x, y]] of drawn.entries()) {
            const alone = await run(x, y);
            expect(alone.weights?.[0]).toBe(all.weights?.[i]);
            const apart = [...alone.terms, ...alone.gradient];
            const among = [all.terms[i]!, ...all.gradient.slice(i * columns, (i + 1) * columns)];
            for (const [k, value] of apart.entries()) {
              expect(Number.isFinite(value)).toBe(true);
              expect(Math.abs(value - among[k]!)).toBeLessThanOrEqual(1e-5 * Math.abs(value) + 1e-6);
            }
          }
        }),
        { numRuns: 40 },
      );
    });

    test("NaN in a sample's scores makes its term and gradient NaN, and no other's", async () => {
      const run = await open(criterion, [columns]);
      const label = kind.perRow ? [0] : [1, 0, 0];
      for (const place of [0, 1, 2]) {
        const broken = [0.5, -1, 2].with(place, NaN);
        const { terms, gradient } = await run([...broken, 1, 2, 3], [...label, ...label]);
        expect(terms.map(Number.isNaN)).toEqual([true, false]);
        expect(gradient.slice(0, columns).some(Number.isNaN)).toBe(true);
        expect(gradient.slice(columns).some(Number.isNaN)).toBe(false);
      }
    });

    if (!kind.perRow) return;
    test("ignored samples have term, weight and gradient 0, whatever their scores", async () => {
      const run = await open(criterion, [columns]);
      const { terms, weights, gradient } = await run([NaN, 1, 2, Infinity, 0, 0, 1, 2, 3], [-100, -100, 0]);
      expect(terms.slice(0, 2)).toEqual([0, 0]);
      expect(weights!.slice(0, 2)).toEqual([0, 0]);
      expect(weights![2]).toBeGreaterThan(0);
      expect(gradient.slice(6).some((value) => value !== 0)).toBe(true);
    });
  },
);

describe("focal", () => {
  test("with gamma 0 is the cross-entropy, to the bit", async () => {
    const classWeights = [1, 2, 0.5];
    const one = await open(focal({ gamma: 0, classWeights }), [C]);
    const other = await open(crossEntropy({ classWeights }), [C]);
    await fc.assert(
      fc.asyncProperty(batch, async ([scores, labels]) => {
        expect(await one(scores, labels)).toEqual(await other(scores, labels));
      }),
      { numRuns: 30 },
    );
  });

  test("makes light of what is right: the more so, the larger gamma is", async () => {
    const terms: number[] = [];
    for (const gamma of [0, 0.5, 1, 2, 5]) {
      const run = await open(focal({ gamma }), [2]);
      terms.push((await run([1, 0], [0])).terms[0]!);
    }
    expect(terms.toSorted((a, b) => b - a)).toEqual(terms);
    expect(new Set(terms).size).toBe(terms.length);
  });

  test.each([0.1, 0.5, 1, 2, 5])("has no slope where the label is certain (gamma %d)", async (gamma) => {
    const run = await open(focal({ gamma }), [2]);
    const { terms, gradient } = await run([1000, 0], [0]);
    expect(terms[0]! + 0).toBe(0);
    expect(gradient.map((value) => value + 0)).toEqual([0, 0]);
    const binary = await open(binaryFocal({ gamma }), []);
    const sure = await binary([1000, -1000], [1, 0]);
    expect(sure.terms.map((value) => value + 0)).toEqual([0, 0]);
    expect(sure.gradient.map((value) => value + 0)).toEqual([0, 0]);
  });

  test("of yes or no, with gamma 0 and alpha a half, is half the binary cross-entropy", async () => {
    const one = await open(binaryFocal({ gamma: 0, alpha: 0.5 }), [2]);
    const other = await open(binaryCrossEntropy(), [2]);
    const [a, b] = [await one([1, -2, 30, 4], [1, 1, 0, 0]), await other([1, -2, 30, 4], [1, 1, 0, 0])];
    expect(a.terms).toEqual(b.terms.map((term) => term / 2));
    expect(a.weights).toEqual(b.weights);
  });

  test("of yes or no, is accurate in both tails", async () => {
    const run = await open(binaryFocal({ alpha: -1 }), []);
    const { terms } = await run([20, -20], [1, 0]);
    for (const term of terms) expect(Math.abs(term / Math.exp(-60) - 1)).toBeLessThan(1e-5);
  });
});

describe("hinge", () => {
  test("is 0, and so is its gradient, where every margin is kept", async () => {
    const many = await (await open(hinge(), [C]))([3, 1, 2, 0, 0, 9], [0, 2]);
    expect([...many.terms, ...many.gradient]).toEqual(Array.from({ length: 8 }, () => 0));
    const single = await (await open(binaryHinge(), []))([1, -1, 5], [1, 0, 1]);
    expect([...single.terms, ...single.gradient].map((value) => value + 0)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("weighs terms by class, and divides by the number of samples", async () => {
    const run = await open(hinge({ classWeights: [3, 1, 1] }), [C]);
    const { terms, weights } = await run([0, 0, 0, 0, 0, 0], [0, 1]);
    expect(terms.map((term) => Math.round(term * 1e6) / 1e6)).toEqual([2, 0.666667]);
    expect(weights).toEqual([1, 1]);
  });
});

describe("klDivergence", () => {
  test("has the gradient of the cross-entropy, and is 0 for the model's own probabilities", async () => {
    const divergence = await open(klDivergence(), [C]);
    const entropy = await open(crossEntropy({ targets: "probabilities" }), [C]);
    const scores = [1, 2, 3, 0, -1, 4];
    const targets = [0.25, 0.75, 0, 0.5, 0.25, 0.25];
    const [a, b] = [await divergence(scores, targets), await entropy(scores, targets)];
    for (const [i, value] of a.gradient.entries()) expect(value).toBeCloseTo(b.gradient[i]!, 6);
    const exps = scores.slice(0, C).map(Math.exp);
    const own = await divergence(
      scores.slice(0, C),
      exps.map((value) => value / sum(exps)),
    );
    expect(Math.abs(own.terms[0]!)).toBeLessThan(1e-6);
  });

  test("what is impossible adds nothing, as a logarithm and where the model agrees, too", async () => {
    const byLog = await open(klDivergence({ targets: "logProbabilities" }), [2]);
    const plain = await open(klDivergence(), [2]);
    const [a, b] = [await byLog([0, 0], [-Infinity, 0]), await plain([0, 0], [0, 1])];
    expect(a).toEqual(b);
    expect(a.terms[0]).toBeCloseTo(Math.LN2, 6);
    expect((await plain([-Infinity, 0], [0, 1])).terms[0]! + 0).toBe(0);
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
