import { float } from "../../../src/graph/index.ts";
import { ranks } from "../ranks.ts";
import { between, constant, exactly, fed, ints, real, spaced, still, type Sample } from "../sample.ts";

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
    batchNorm("training, 1d", [2, 3, 4], { training_mode: 1 }),
    ...[
      [4, 3],
      [2, 3, 4],
      [2, 3, 2, 2],
      [2, 2, 2, 2, 2],
    ].map((dims) =>
      batchNorm(`training, momentum 0, rank ${dims.length}`, dims, { training_mode: 1, momentum: float(0) }),
    ),
    { ...batchNorm("default epsilon", [4, 3]), attributes: {} },
  ],
  LayerNormalization: [
    { name: "last axis", inputs: [real(2, 3, 4), real(4), real(4)], attributes: { epsilon } },
    { name: "two axes", inputs: [real(2, 3, 4), real(3, 4), real(3, 4)], attributes: { axis: 1, epsilon } },
    { name: "without bias", inputs: [real(3, 4), real(4)], attributes: { epsilon } },
    ...ranks(1, (...dims) => [real(...dims, 3), real(3), real(3)], { attributes: { epsilon } }).slice(0, 4),
    { name: "a vector", inputs: [real(4), real(4), real(4)], attributes: { epsilon } },
    { name: "axis 0", inputs: [real(2, 3), real(2, 3), real(2, 3)], attributes: { axis: 0, epsilon }, batch: [] },
    {
      name: "axis -3 of 5",
      inputs: [real(2, 1, 2, 1, 2), real(2, 1, 2), real(2, 1, 2)],
      attributes: { axis: -3, epsilon },
    },
    { name: "scale of one number", inputs: [real(2, 3, 4), real(1), real(1)], attributes: { axis: 1, epsilon } },
    { name: "scale of fewer axes", inputs: [real(2, 3, 4), real(4), real(3, 4)], attributes: { axis: 1, epsilon } },
    { name: "default epsilon", inputs: [real(3, 4), real(4), real(4)] },
    {
      name: "mean alone",
      inputs: [real(3, 4), real(4), real(4)],
      attributes: { epsilon },
      outputs: 3,
      through: [1],
      only: "float32",
    },
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
    ...ranks(1, (...dims) => [real(...dims, 3), real(3)], { attributes: { epsilon } }).slice(0, 4),
    { name: "a vector", inputs: [real(4), real(4)], attributes: { epsilon } },
    { name: "axis 0", inputs: [real(2, 3), real(2, 3)], attributes: { axis: 0, epsilon }, batch: [] },
    { name: "axis -2", inputs: [real(2, 3, 4), real(3, 4)], attributes: { axis: -2, epsilon } },
    { name: "scale that broadcasts", inputs: [real(2, 3, 2), real(3, 1)], attributes: { axis: -2, epsilon } },
    { name: "scale of one number, default epsilon", inputs: [real(3, 4), real(1)] },
  ],
  InstanceNormalization: [
    { name: "images", inputs: [real(2, 3, 2, 3), real(3), real(3)], attributes: { epsilon } },
    { name: "1d", inputs: [real(2, 2, 5), real(2), real(2)], attributes: { epsilon } },
    { name: "3d", inputs: [real(2, 2, 2, 2, 2), real(2), real(2)], attributes: { epsilon } },
    { name: "default epsilon", inputs: [real(2, 2, 3, 2), real(2), real(2)] },
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
    {
      name: "as many groups as channels, 3d",
      inputs: [real(2, 2, 2, 2, 2), real(2), real(2)],
      attributes: { num_groups: 2, epsilon },
      only: "float32",
    },
    {
      name: "default epsilon",
      inputs: [real(2, 4, 3), real(4), real(4)],
      attributes: { num_groups: 2 },
      only: "float32",
    },
  ],
  MeanVarianceNormalization: [
    { name: "defaults", inputs: [real(2, 2, 3, 2)] },
    { name: "axes", inputs: [real(2, 5)], attributes: { axes: [1] } },
    { name: "negative axes, rank 3", inputs: [real(2, 3, 2)], attributes: { axes: [-1, -2] } },
    { name: "rank 1", inputs: [real(5)], attributes: { axes: [0] }, batch: [] },
    { name: "rank 5, across channels", inputs: [real(2, 2, 2, 1, 2)], attributes: { axes: [0, 1, 2, 3, 4] } },
  ],
  LpNormalization: [
    { name: "order 2", inputs: [real(2, 4)] },
    { name: "order 1", inputs: [spaced(3, 4)], attributes: { p: 1, axis: 0 } },
    { name: "order 2, axis -2", inputs: [real(2, 3, 2)], attributes: { axis: -2 } },
    ...[1, 2].flatMap((p) =>
      ranks(1, (...dims) => spaced(...dims, 2), { name: `order ${p}`, attributes: { p } }).slice(0, 4),
    ),
    ...[1, 2].map((p) => ({ name: `order ${p}, a vector`, inputs: [spaced(4)], attributes: { p }, batch: [] })),
  ],
  LRN: [
    { name: "odd size", inputs: [real(2, 5, 2, 2)], attributes: { size: 3, alpha: float(0.6), beta: float(0.7) } },
    {
      name: "bias, size 5",
      inputs: [real(2, 4, 2, 1)],
      attributes: { size: 5, alpha: float(0.6), beta: float(1.2), bias: float(1.7) },
    },
    { name: "more than the channels", inputs: [real(1, 2, 2, 2)], attributes: { size: 7, alpha: float(0.9) } },
    { name: "defaults, size 1", inputs: [real(2, 3, 2, 2)], attributes: { size: 1 } },
  ],
  Dropout: [
    { name: "evaluation", inputs: [real(2, 3), constant(exactly([], [0.5])), ints([], [0], "bool")] },
    { name: "no training_mode", inputs: [real(2, 3), constant(exactly([], [0.5]))] },
    ...ranks(0, real, { name: "one input" }),
    { name: "training, no ratio of its own, evaluation", inputs: [real(2, 3), undefined, fed(ints([], [0], "bool"))] },
    {
      name: "training told when it runs, nothing dropped",
      inputs: [real(2, 3), constant(exactly([], [0])), fed(ints([], [1], "bool"))],
    },
    { name: "training, nothing dropped", inputs: [real(2, 3), constant(exactly([], [0])), ints([], [1], "bool")] },
  ],
};
