import { float } from "../../../src/graph/index.ts";
import { between, constant, exactly, ints, real, spaced, still, type Sample } from "../sample.ts";

const epsilon = float(0.01);
const batchNorm = (name: string, dims: number[], attributes: Sample["attributes"] = {}): Sample => {
  const channels = dims[1] ?? 0;
  const training = attributes["training_mode"] === 1;
  const statistics = [real(channels), between(0.5, 1.5, channels)];
  return {
    name,
    inputs: [real(...dims), real(channels), real(channels), ...(training ? statistics.map(still) : statistics)],
    attributes: { epsilon, ...attributes },
    outputs: training ? 3 : 1,
    through: [0],
  };
};

/** Samples of the rules in normalizations.ts, batch-normalization.ts and dropout.ts. */
export const normalizations: Readonly<Record<string, readonly Sample[]>> = {
  BatchNormalization: [
    batchNorm("images", [2, 3, 2, 2]),
    batchNorm("rows", [4, 3]),
    batchNorm("1d", [2, 3, 4]),
    batchNorm("3d", [2, 2, 2, 2, 2]),
    batchNorm("training, images", [2, 3, 2, 2], { training_mode: 1 }),
    batchNorm("training, rows", [4, 3], { training_mode: 1 }),
    batchNorm("training, 3d", [2, 2, 2, 2, 2], { training_mode: 1 }),
  ],
  LayerNormalization: [
    { name: "last axis", inputs: [real(2, 3, 4), real(4), real(4)], attributes: { epsilon } },
    { name: "two axes", inputs: [real(2, 3, 4), real(3, 4), real(3, 4)], attributes: { axis: 1, epsilon } },
    { name: "without bias", inputs: [real(3, 4), real(4)], attributes: { epsilon } },
    { name: "scale that broadcasts", inputs: [real(2, 3, 2), real(3, 1), real(1)], attributes: { axis: -2, epsilon } },
    {
      name: "mean and inverse deviation used too",
      inputs: [real(3, 4), real(4), real(4)],
      attributes: { epsilon },
      outputs: 3,
      through: [0, 1, 2],
      only: "float32",
    },
  ],
  RMSNormalization: [
    { name: "last axis", inputs: [real(2, 3, 4), real(4)], attributes: { epsilon } },
    { name: "two axes", inputs: [real(2, 3, 4), real(3, 4)], attributes: { axis: 1, epsilon } },
  ],
  InstanceNormalization: [
    { name: "images", inputs: [real(2, 3, 2, 3), real(3), real(3)], attributes: { epsilon } },
    { name: "1d", inputs: [real(2, 2, 5), real(2), real(2)], attributes: { epsilon } },
  ],
  GroupNormalization: [
    {
      name: "two groups",
      inputs: [real(2, 4, 3, 2), real(4), real(4)],
      attributes: { num_groups: 2, epsilon },
      only: "float32",
    },
    {
      name: "one group, 1d",
      inputs: [real(2, 3, 4), real(3), real(3)],
      attributes: { num_groups: 1, epsilon },
      only: "float32",
    },
  ],
  MeanVarianceNormalization: [
    { name: "defaults", inputs: [real(2, 2, 3, 2)] },
    { name: "axes", inputs: [real(2, 5)], attributes: { axes: [1] } },
  ],
  LpNormalization: [
    { name: "order 2", inputs: [real(2, 4)] },
    { name: "order 1", inputs: [spaced(3, 4)], attributes: { p: 1, axis: 0 } },
  ],
  LRN: [{ name: "odd size", inputs: [real(2, 5, 2, 2)], attributes: { size: 3, alpha: float(0.6), beta: float(0.7) } }],
  Dropout: [
    { name: "evaluation", inputs: [real(2, 3), constant(exactly([], [0.5])), ints([], [0], "bool")] },
    { name: "no training_mode", inputs: [real(2, 3), constant(exactly([], [0.5]))] },
    { name: "training, nothing dropped", inputs: [real(2, 3), constant(exactly([], [0])), ints([], [1], "bool")] },
  ],
};
