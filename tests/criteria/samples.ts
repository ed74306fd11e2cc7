import fc from "fast-check";
import type { criteria } from "../../src/criteria/index.ts";

/** The classes or columns of every sample. */
export const columns = 3;

/** How labels of one sample are drawn, and the options that have a say in the weights. */
export interface CriterionSample {
  readonly options: readonly object[];
  /** One row of labels: one number where `perRow`, else one for each column. */
  readonly labels: fc.Arbitrary<readonly number[]>;
  /** Whether a label is a class, and not a number for each score. */
  readonly perRow: boolean;
}

const classes = fc.constantFrom(-100, 0, 1, 2).map((label) => [label]);
const each = <T extends number>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: columns, maxLength: columns });
const yesOrNo = each(fc.constantFrom(0, 1));
const probabilities = each(fc.nat(7)).map((parts) => {
  const total = parts.reduce((a, b) => a + b, 0);
  return parts.map((part, i) => Math.fround(total === 0 ? (i === 0 ? 1 : 0) : part / total));
});

/** A criterion without a sample here is a compile error. */
export const samples: Readonly<Record<keyof typeof criteria, readonly CriterionSample[]>> = {
  crossEntropy: [
    { options: [{}, { classWeights: [0.5, 0, 3], labelSmoothing: 0.1 }], labels: classes, perRow: true },
    { options: [{ targets: "probabilities", classWeights: [1, 2, 3] }], labels: probabilities, perRow: false },
  ],
  binaryCrossEntropy: [
    { options: [{}, { weights: [1, 0, 2], positiveWeights: [3, 1, 0.5] }], labels: yesOrNo, perRow: false },
  ],
  meanSquaredError: [{ options: [{}], labels: each(fc.integer({ min: -3, max: 3 })), perRow: false }],
  focal: [
    {
      options: [{}, { gamma: 0.5, classWeights: [0.5, 0, 3] }, { gamma: 1 }],
      labels: classes,
      perRow: true,
    },
  ],
  binaryFocal: [{ options: [{}, { gamma: 0.5, alpha: -1 }], labels: yesOrNo, perRow: false }],
  hinge: [{ options: [{}, { power: 2, margin: 0.5, classWeights: [0.5, 0, 3] }], labels: classes, perRow: true }],
  binaryHinge: [{ options: [{}, { power: 2 }], labels: yesOrNo, perRow: false }],
  klDivergence: [{ options: [{}], labels: probabilities, perRow: false }],
};
