import { describe, expect, test } from "vitest";
import { OnwardError } from "../../src/core/index.ts";
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
} from "../../src/criteria/index.ts";
import { GraphBuilder } from "../../src/graph/index.ts";

describe("what is wrong is said in one sentence", () => {
  test.each([
    [
      () => crossEntropy({ classWeights: [1, -2] }),
      "Expected classWeights[1] to be a number of at least 0, got -2 (crossEntropy).",
    ],
    [
      () => crossEntropy({ classWeights: [NaN] }),
      "Expected classWeights[0] to be a number of at least 0, got NaN (crossEntropy).",
    ],
    [() => crossEntropy({ classWeights: [] }), "Expected classWeights to be a list of numbers, got [] (crossEntropy)."],
    [
      () => crossEntropy({ labelSmoothing: 1.5 }),
      "Expected labelSmoothing to be a number in [0, 1], got 1.5 (crossEntropy).",
    ],
    [() => crossEntropy({ ignoreIndex: 0.5 }), "Expected ignoreIndex to be an integer, got 0.5 (crossEntropy)."],
    [
      () => crossEntropy({ ignoreIndex: 3, targets: "probabilities" }),
      'Expected ignoreIndex with indices alone, got ignoreIndex 3 with targets "probabilities" (crossEntropy).',
    ],
    [
      () => crossEntropy({ targets: "onehot" as "indices" }),
      'Expected targets to be one of indices, probabilities, got "onehot" (crossEntropy).',
    ],
    [
      () => crossEntropy({ labelSmooting: 0.1 } as object),
      "Expected an option of classWeights, ignoreIndex, labelSmoothing, targets, reduction, " +
        'got "labelSmooting" (crossEntropy).',
    ],
    [
      () => meanSquaredError({ reduction: "average" as "mean" }),
      'Expected reduction to be one of mean, sum, none, got "average" (meanSquaredError).',
    ],
    [
      () => binaryCrossEntropy({ positiveWeights: [Infinity] }),
      "Expected positiveWeights[0] to be a number of at least 0, got Infinity (binaryCrossEntropy).",
    ],
    [() => focal({ gamma: -1 }), "Expected gamma to be a number of at least 0, got -1 (focal)."],
    [() => focal({ classWeights: [] }), "Expected classWeights to be a list of numbers, got [] (focal)."],
    [() => focal({ ignoreIndex: 1.5 }), "Expected ignoreIndex to be an integer, got 1.5 (focal)."],
    [() => binaryFocal({ alpha: 2 }), "Expected alpha to be a number in [0, 1], got 2 (binaryFocal)."],
    [() => hinge({ power: 3 as 2 }), "Expected power to be 1 or 2, got 3 (hinge)."],
    [() => hinge({ margin: -1 }), "Expected margin to be a number of at least 0, got -1 (hinge)."],
    [() => binaryHinge({ p: 2 } as object), 'Expected an option of margin, power, reduction, got "p" (binaryHinge).'],
    [
      () => klDivergence({ targets: "log" as "probabilities" }),
      'Expected targets to be one of probabilities, logProbabilities, got "log" (klDivergence).',
    ],
    [() => hinge().labels(["N"]), "Expected scores of shape [N, C] or [N, C, d1, ...], got [N] (hinge)."],
    [() => crossEntropy().labels(["N"]), "Expected scores of shape [N, C] or [N, C, d1, ...], got [N] (crossEntropy)."],
  ])("%o", (make, message) => {
    expect(make).toThrow(OnwardError);
    expect(make).toThrow(message);
  });

  test("class weights for another number of classes", () => {
    for (const targets of ["indices", "probabilities"] as const) {
      const g = new GraphBuilder();
      const criterion = crossEntropy({ classWeights: [1, 2], targets });
      const scores = g.input("scores", "float32", ["N", 3]);
      const { type, shape } = criterion.labels(["N", 3]);
      const labels = g.input("labels", type, shape);
      expect(() => criterion.emit(g, { scores, labels })).toThrow(
        "Expected classWeights to have 3 numbers, one per column of the scores, got 2 (crossEntropy).",
      );
    }
  });

  test("labels that would be broadcast against the scores", () => {
    for (const criterion of [meanSquaredError(), binaryCrossEntropy(), binaryFocal(), binaryHinge()]) {
      const g = new GraphBuilder();
      const scores = g.input("scores", "float32", ["N", 1]);
      const labels = g.input("labels", "float32", ["N"]);
      expect(() => criterion.emit(g, { scores, labels })).toThrow(
        "Expected labels of the scores' shape [N, 1], got [N]",
      );
    }
  });
});

test("every criterion says what it divides by, and keeps its options", () => {
  for (const [name, make] of Object.entries(criteria)) {
    const criterion = make();
    expect(criterion.name).toBe(name);
    expect(criterion.denominator).toMatch(/^the (number|sum) of/);
    expect(criterion.reduction).toBe("mean");
    expect(criterion.options).toMatchObject({ reduction: "mean" });
  }
  expect(crossEntropy({ ignoreIndex: 255 }).denominator).toBe("the number of samples with a label other than 255");
  expect(crossEntropy({ classWeights: [1] }).denominator).toBe(
    "the sum of the class weights of the labels other than -100",
  );
});
