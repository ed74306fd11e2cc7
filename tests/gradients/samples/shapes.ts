import { ranks } from "../ranks.ts";
import { fed, ints, real, type Sample, type SampleInput } from "../sample.ts";

const list = (...values: number[]) => ints([values.length], values);
const of = (name: string, input: SampleInput, second?: SampleInput, attributes = {}): Sample => ({
  name,
  inputs: second === undefined ? [input] : [input, second],
  attributes,
});

/** Samples of the rules in shapes.ts. */
export const shapes: Readonly<Record<string, readonly Sample[]>> = {
  Reshape: [
    of("constant", real(2, 6), list(2, 3, 2)),
    of("open", real(2, 3, 2), list(0, -1)),
    of("known only when it runs", real(2, 6), fed(list(4, 3))),
    of("allowzero", real(2, 6), list(3, -1), { allowzero: 1 }),
    of("a scalar to a vector", real(), list(1)),
    { ...of("one value to a scalar", real(1, 1), list()), batch: [] },
    ...ranks(0, (...dims) => [real(...dims), list(-1)], { name: "to a vector" }),
    ...ranks(1, (...dims) => [real(...dims), list(1, -1, 1, dims[0] ?? 1, 1)], { name: "to rank 5" }),
  ],
  Flatten: [
    of("axis 1", real(2, 3, 2)),
    of("axis 2", real(2, 3, 2), undefined, { axis: 2 }),
    of("axis -1", real(2, 3, 2), undefined, { axis: -1 }),
    ...ranks(0, real, { name: "axis 0", attributes: { axis: 0 } }),
    ...ranks(1, real),
  ],
  Squeeze: [
    of("axes", real(2, 1, 3, 1), list(1, -1)),
    { ...of("all", real(2, 1, 3)), batch: [] },
    { ...of("to a scalar", real(1), list(0)), batch: [] },
    of("axes known only when it runs", real(2, 1, 3), fed(list(-2))),
    of("rank 5", real(2, 1, 2, 1, 1), list(-1, 1)),
  ],
  Unsqueeze: [
    of("axes", real(2, 3), list(0, -1)),
    of("axes known only when it runs", real(2, 3), fed(list(1))),
    ...ranks(0, (...dims) => [real(...dims), list(0)]),
    ...ranks(0, (...dims) => [real(...dims), list(-1)], { name: "last" }),
  ],
  Cast: [
    of("to float32", real(3), undefined, { to: 1 }),
    of("to float64", real(3), undefined, { to: 11 }),
    ...ranks(0, real, { attributes: { to: 11 } }),
  ],
  CastLike: [
    { name: "same type", inputs: [real(3), fed(real(1))].map((x, i) => ({ ...x, gradient: i === 0 })) },
    { name: "to float64", inputs: [real(2, 3), fed(ints([], [1], "float64"))] },
    { name: "to float32", inputs: [real(2, 3), fed(ints([], [1], "float32"))] },
  ],
  Transpose: [
    of("reversed", real(2, 3, 2)),
    of("perm", real(2, 3, 2, 2), undefined, { perm: [2, 0, 3, 1] }),
    of("rank 5", real(2, 1, 2, 3, 1), undefined, { perm: [4, 1, 0, 2, 3] }),
    of("matrix", real(2, 3), undefined, { perm: [1, 0] }),
    of("matrix, as it is", real(2, 3), undefined, { perm: [0, 1] }),
    ...ranks(0, real, { name: "reversed" }),
  ],
  Expand: [
    of("a new axis", real(1, 3), list(2, 2, 3)),
    of("known only when it runs", real(2, 1), fed(list(2, 3))),
    of("nothing to do", real(2, 3), list(1)),
    of("an inner axis", real(2, 1, 2), list(2, 3, 2)),
    of("both ways", real(2, 1), list(3, 1, 2)),
    of("a scalar", real(), list(2, 3)),
    of("a vector, rank 5", real(2), list(2, 1, 2, 1, 2)),
    of("rank 5", real(2, 1, 2, 1, 1), list(2, 2, 2, 2, 3)),
  ],
  Tile: [
    of("two axes", real(2, 3), list(2, 3)),
    of("rank 1", real(3), list(4)),
    of("known only when it runs", real(2, 3), fed(list(1, 2))),
    ...ranks(1, (...dims) => [real(...dims), list(...dims.map((_, axis) => 1 + (axis % 2)))]),
    ...ranks(1, (...dims) => [real(...dims), fed(list(...dims.map((_, axis) => 2 - (axis % 2))))], { name: "fed" }),
  ],
  Concat: [
    { name: "two", inputs: [real(2, 3), real(2, 1)], attributes: { axis: 1 }, batch: [0, 1] },
    { name: "one", inputs: [real(2, 3)], attributes: { axis: 0 } },
    { name: "three, negative axis", inputs: [real(2, 1, 2), real(2, 2, 2), real(2, 1, 2)], attributes: { axis: -2 } },
    { name: "along the batch", inputs: [real(2, 2), real(3, 2)], attributes: { axis: 0 }, batch: [0, 1] },
    ...ranks(1, (...dims) => [real(...dims), real(...dims), real(...dims)], {
      name: "last axis",
      attributes: { axis: -1 },
    }),
    ...ranks(1, (...dims) => [real(...dims), real(...dims)], { name: "first axis", attributes: { axis: 0 } }),
    ...ranks(1, (...dims) => [real(...dims), real(...dims)], {
      name: "first axis, open sizes",
      attributes: { axis: 0 },
      batch: [0, 1],
    }),
    { name: "an empty one", inputs: [real(2, 3), real(2, 0)], attributes: { axis: 1 } },
  ],
  Split: [
    { name: "sizes", inputs: [real(2, 5), list(2, 3)], attributes: { axis: 1 }, outputs: 2, through: [0, 1] },
    { name: "equal parts", inputs: [real(4, 2)], attributes: { num_outputs: 2 }, outputs: 2, through: [0, 1] },
    { name: "one part unused", inputs: [real(2, 5), list(2, 3)], attributes: { axis: -1 }, outputs: 2, through: [1] },
    { name: "uneven parts", inputs: [real(5, 2)], attributes: { num_outputs: 3 }, outputs: 3, through: [0, 2] },
    { name: "an empty part", inputs: [real(2, 3), list(3, 0)], attributes: { axis: 1 }, outputs: 2, through: [0] },
    {
      name: "sizes known only when it runs",
      inputs: [real(2, 5), fed(list(1, 4))],
      attributes: { axis: -1 },
      outputs: 2,
    },
    { name: "axis -2", inputs: [real(2, 3, 2), list(1, 2)], attributes: { axis: -2 }, outputs: 2, through: [0, 1] },
    { name: "rank 1", inputs: [real(5), list(2, 3)], outputs: 2, through: [0, 1], batch: [] },
    { name: "rank 5", inputs: [real(1, 2, 1, 3, 2), list(1, 2)], attributes: { axis: 3 }, outputs: 2, through: [0, 1] },
  ],
  Trilu: [
    of("upper", real(3, 3)),
    of("lower, shifted", real(2, 3, 4), ints([], [1]), { upper: 0 }),
    of("upper, shifted down", real(3, 3), ints([], [-1])),
    of("lower, shifted down", real(4, 3), ints([], [-1]), { upper: 0 }),
    of("lower, wide, shift known only when it runs", real(2, 4), fed(ints([], [2])), { upper: 0 }),
    of("upper, shifted beyond", real(2, 3), ints([], [5])),
    of("rank 4", real(2, 1, 3, 2)),
    of("rank 5", real(1, 2, 1, 3, 3), undefined, { upper: 0 }),
  ],
  DepthToSpace: [
    of("DCR", real(1, 8, 2, 3), undefined, { blocksize: 2, mode: "DCR" }),
    of("CRD", real(2, 8, 2, 1), undefined, { blocksize: 2, mode: "CRD" }),
    of("default mode, blocks of 3", real(1, 9, 1, 2), undefined, { blocksize: 3 }),
    of("CRD, blocks of 3", real(1, 9, 1, 2), undefined, { blocksize: 3, mode: "CRD" }),
  ],
  SpaceToDepth: [
    of("2", real(1, 2, 4, 2), undefined, { blocksize: 2 }),
    of("3", real(2, 1, 3, 6), undefined, { blocksize: 3 }),
  ],
  ReverseSequence: [
    of("time first", real(4, 3), list(4, 2, 1), { time_axis: 0, batch_axis: 1 }),
    of("batch first", real(2, 3, 2), list(3, 2), { time_axis: 1, batch_axis: 0 }),
    of("defaults, rank 4, lengths known only when it runs", real(3, 2, 1, 2), fed(list(2, 3))),
    of("rank 5", real(2, 2, 1, 2, 1), list(1, 2), { time_axis: 1, batch_axis: 0 }),
  ],
  "com.microsoft:Trilu": [
    of("upper", real(3, 3)),
    of("lower", real(2, 3, 3), ints([], [1]), { upper: 0 }),
    of("upper, shifted down, rank 4", real(1, 2, 3, 2), ints([], [-1])),
  ],
  "com.microsoft:ExpandDims": [
    of("axis", real(2, 3), ints([], [1], "int32")),
    ...ranks(0, (...dims) => [real(...dims), ints([], [-1], "int32")], { name: "last" }),
  ],
};
