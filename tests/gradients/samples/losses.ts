import { between, constant, exactly, fed, ints, real, still, type Sample } from "../sample.ts";

const labels = fed(ints([4], [2, 0, 1, 2]));
const sparse = fed(ints([4], [2, -100, 1, 0]));
const dense = fed(ints([2, 2, 2], [0, 1, 2, 2, 1, 0, 0, 1]));
const rank3 = fed(ints([2, 2], [2, 0, 1, 2]));
const weights = still(between(0.5, 2, 3));

const options: readonly Sample[] = [
  ...["none", "sum", "mean"].flatMap((reduction): Sample[] => [
    { name: reduction, inputs: [real(4, 3), labels], attributes: { reduction } },
    { name: `${reduction}, weights`, inputs: [real(4, 3), labels, weights], attributes: { reduction } },
    {
      name: `${reduction}, ignore_index`,
      inputs: [real(4, 3), sparse],
      attributes: { reduction, ignore_index: -100 },
    },
    {
      name: `${reduction}, weights, ignore_index`,
      inputs: [real(4, 3), sparse, weights],
      attributes: { reduction, ignore_index: -100 },
    },
    { name: `${reduction}, dense`, inputs: [real(2, 3, 2, 2), dense], attributes: { reduction } },
    {
      name: `${reduction}, dense, weights, ignore_index`,
      inputs: [real(2, 3, 2, 2), dense, weights],
      attributes: { reduction, ignore_index: 1 },
    },
  ]),
  ...["none", "sum", "mean"].flatMap((reduction): Sample[] => [
    { name: `${reduction}, rank 3`, inputs: [real(2, 3, 2), rank3], attributes: { reduction } },
    { name: `${reduction}, rank 3, weights`, inputs: [real(2, 3, 2), rank3, weights], attributes: { reduction } },
    {
      name: `${reduction}, rank 5, weights, ignore_index`,
      inputs: [real(1, 3, 2, 1, 2), fed(ints([1, 2, 1, 2], [2, 0, -1, 1])), weights],
      attributes: { reduction, ignore_index: -1 },
    },
    {
      name: `${reduction}, weights that are constant, ignore_index of a class`,
      inputs: [real(4, 3), labels, constant(weights)],
      attributes: { reduction, ignore_index: 2 },
    },
    {
      name: `${reduction}, int32 labels, ignore_index`,
      inputs: [real(4, 3), fed(ints([4], [2, -1, 1, 2], "int32")), weights],
      attributes: { reduction, ignore_index: -1 },
    },
    {
      name: `${reduction}, an index that no label has`,
      inputs: [real(4, 3), labels],
      attributes: { reduction, ignore_index: 7 },
    },
  ]),
  ...["none", "sum", "mean"].map((reduction) => ({
    name: `${reduction}, a class of weight 0`,
    inputs: [real(4, 3), labels, still(exactly([3], [0.7, 1.6, 0]))],
    attributes: { reduction },
  })),
  { name: "int32 labels", inputs: [real(4, 3), fed(ints([4], [2, 0, 1, 2], "int32"))] },
];

/** Samples of the rules in losses.ts. */
export const losses: Readonly<Record<string, readonly Sample[]>> = {
  SoftmaxCrossEntropyLoss: [
    ...options,
    { name: "log_prob too", inputs: [real(4, 3), labels], outputs: 2, through: [0, 1] },
    { name: "log_prob alone", inputs: [real(4, 3), labels], outputs: 2, through: [1] },
    {
      name: "log_prob too, dense, weights, ignore_index",
      inputs: [real(2, 3, 2, 2), dense, weights],
      attributes: { ignore_index: 1, reduction: "none" },
      outputs: 2,
      through: [0, 1],
    },
  ],
  NegativeLogLikelihoodLoss: options,
};
