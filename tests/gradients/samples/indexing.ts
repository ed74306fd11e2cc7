import { ranks } from "../ranks.ts";
import { between, constant, exactly, fed, ints, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const list = (...values: number[]) => ints([values.length], values);
const slice = (name: string, x: SampleInput, ...bounds: readonly number[][]): Sample => ({
  name,
  inputs: [x, ...bounds.map((values) => list(...values))],
});

const zeros = (...dims: number[]): SampleInput => ({
  ...ints(dims, []),
  fill: (_, count) => Array.from({ length: count }, () => 0),
});

/** Samples of the rules in indexing.ts and scattering.ts. */
export const indexing: Readonly<Record<string, readonly Sample[]>> = {
  Gather: [
    { name: "embedding", inputs: [real(4, 3), fed(ints([2, 3], [0, 3, 3, 1, 0, -1]))], batch: [1] },
    { name: "axis 1", inputs: [real(2, 4, 2), fed(list(3, 1, 3))], attributes: { axis: 1 } },
    { name: "axis 1, matrix of indices", inputs: [real(2, 4), ints([2, 2], [0, 1, 1, -1])], attributes: { axis: -1 } },
    { name: "one constant index", inputs: [real(2, 4, 2), ints([], [-1])], attributes: { axis: 1 } },
    { name: "one constant index of the batch", inputs: [real(3, 2), ints([], [1])] },
    { name: "one index", inputs: [real(2, 4, 2), fed(ints([], [2]))], attributes: { axis: 1 } },
    {
      name: "axis -2, matrix of indices",
      inputs: [real(2, 3, 2), fed(ints([2, 2], [0, 2, 2, -3]))],
      attributes: { axis: -2 },
    },
    { name: "int32 indices", inputs: [real(4, 3), fed(ints([3], [0, 3, 0], "int32"))], batch: [1] },
    { name: "a table of many rows", inputs: [real(20, 2), fed(ints([2, 2], [0, 19, 7, -1]))], batch: [1] },
    ...ranks(1, (...dims) => [real(...dims), fed(list(0, -1, 0))], { name: "first axis, fed" }),
    ...ranks(1, (...dims) => [real(...dims), list(0, -1, 0)], { name: "last axis", attributes: { axis: -1 } }),
    ...ranks(1, (...dims) => [real(...dims), ints([], [0])], {
      name: "one constant index, last axis",
      attributes: { axis: -1 },
    }),
    ...ranks(1, (...dims) => [real(...dims), fed(ints([], [-1]))], {
      name: "one index, last axis",
      attributes: { axis: -1 },
    }),
  ],
  GatherElements: [
    { name: "axis 1", inputs: [real(2, 3), ints([2, 2], [0, 0, 2, 1])], attributes: { axis: 1 } },
    { name: "axis 0, fewer columns", inputs: [real(3, 2), fed(ints([4, 1], [0, 2, -1, 0]))], attributes: { axis: 0 } },
    {
      name: "axis -2, int32 indices",
      inputs: [real(2, 3, 2), fed(ints([1, 2, 2], [0, 2, -1, 0], "int32"))],
      attributes: { axis: -2 },
    },
    ...ranks(1, (...dims) => [real(...dims), zeros(...dims)]),
  ],
  GatherND: [
    { name: "elements", inputs: [real(3, 2), ints([3, 2], [0, 1, 2, 0, 0, 1])] },
    { name: "slices", inputs: [real(3, 2, 2), fed(ints([2, 1], [2, 0]))] },
    { name: "batch", inputs: [real(2, 3, 2), ints([2, 1], [2, 0])], attributes: { batch_dims: 1 } },
    {
      name: "two batch axes",
      inputs: [real(2, 2, 3, 2), ints([2, 2, 1], [2, 0, 1, 1])],
      attributes: { batch_dims: 2 },
    },
    {
      name: "batch, elements",
      inputs: [real(2, 2, 2), fed(ints([2, 1, 2], [1, 0, 0, 1]))],
      attributes: { batch_dims: 1 },
    },
    { name: "negative, repeated, indices of rank 3", inputs: [real(3, 2), ints([2, 1, 1], [-1, -1])] },
    { name: "one index", inputs: [real(4), ints([1], [2])] },
    ...ranks(1, (...dims) => [real(...dims), ints([2, 1], [0, -1])]),
  ],
  Compress: [
    { name: "axis", inputs: [real(2, 3), fed(ints([3], [1, 0, 1], "bool"))], attributes: { axis: 1 } },
    { name: "flat", inputs: [real(2, 3), ints([5], [0, 1, 1, 0, 1], "bool")] },
    {
      name: "axis -2, a short condition",
      inputs: [real(2, 3, 2), ints([2], [0, 1], "bool")],
      attributes: { axis: -2 },
    },
    ...ranks(1, (...dims) => [real(...dims), fed(ints([2], [0, 1], "bool"))], { name: "flat" }),
    ...ranks(1, (...dims) => [real(...dims), ints([1], [1], "bool")], { name: "last axis", attributes: { axis: -1 } }),
  ],
  ScatterElements: [
    { name: "none", inputs: [real(3, 3), ints([2, 3], [1, 0, 2, 0, 2, 1]), real(2, 3)] },
    { name: "axis 1", inputs: [real(2, 4), ints([2, 2], [1, 3, 0, -1]), real(2, 2)], attributes: { axis: 1 } },
    {
      name: "add",
      inputs: [real(3, 2), ints([2, 2], [1, 1, 1, 0]), real(2, 2)],
      attributes: { reduction: "add" },
    },
    ...["max", "min"].map((reduction) => ({
      name: reduction,
      inputs: [exactly([4], [0.3, -0.4, 0.9, 0.1]), ints([3], [1, 1, 3]), exactly([3], [0.6, -0.9, 0.2])],
      attributes: { reduction },
    })),
    {
      name: "mul, with zeros",
      inputs: [
        exactly([5], [0.3, 0, 0.9, 2, -1]),
        ints([7], [0, 0, 1, 2, 2, 3, 3]),
        exactly([7], [0.6, -0.9, 0.2, 0, 0.5, 0, 0]),
      ],
      attributes: { reduction: "mul" },
    },
    {
      name: "add, axis -1, int32 indices",
      inputs: [real(2, 3), fed(ints([2, 4], [0, 2, 0, -1, 1, 1, 1, 2], "int32")), real(2, 4)],
      attributes: { reduction: "add", axis: -1 },
    },
    ...["max", "min", "mul"].map((reduction) => ({
      name: `${reduction}, axis 1`,
      inputs: [between(0.5, 0.6, 2, 3), ints([2, 2], [1, 1, 0, -1]), exactly([2, 2], [0.7, -0.4, 0.3, 0.9])],
      attributes: { reduction, axis: 1 },
    })),
    ...["none", "add", "mul"].flatMap((reduction) =>
      ranks(1, (...dims) => [real(...dims), zeros(...dims.map(() => 1)), real(...dims.map(() => 1))], {
        name: reduction,
        attributes: { reduction, axis: -1 },
      }),
    ),
    ...["max", "min"].flatMap((reduction) =>
      ranks(
        1,
        (...dims) => [spaced(...dims), zeros(...dims.map(() => 1)), between(-0.01, 0.01, ...dims.map(() => 1))],
        {
          name: reduction,
          attributes: { reduction },
        },
      ),
    ),
  ],
  ScatterND: [
    { name: "none", inputs: [real(4, 2), ints([2, 1], [3, 1]), real(2, 2)] },
    { name: "add", inputs: [real(4), ints([2, 1], [3, 1]), real(2)], attributes: { reduction: "add" } },
    ...["max", "min"].map((reduction) => ({
      name: reduction,
      inputs: [exactly([2, 2], [0.3, -0.4, 0.9, 0.1]), ints([2, 1], [1, 1]), exactly([2, 2], [0.6, -0.9, 0.2, 1.4])],
      attributes: { reduction },
    })),
    { name: "mul", inputs: [real(3, 2), ints([3, 1], [1, 1, 2]), real(3, 2)], attributes: { reduction: "mul" } },
    { name: "elements, negative indices", inputs: [real(3, 2), fed(ints([2, 2], [-1, 0, 0, -1])), real(2)] },
    { name: "indices of rank 3", inputs: [real(4, 2), ints([2, 1, 1], [3, 1]), real(2, 1, 2)] },
    {
      name: "add, repeated, slices",
      inputs: [real(3, 2), fed(ints([3, 1], [1, -2, 0])), real(3, 2)],
      attributes: { reduction: "add" },
    },
    ...["none", "add", "mul"].flatMap((reduction) =>
      ranks(1, (...dims) => [real(...dims), ints([1, 1], [0]), real(1, ...dims.slice(1))], {
        name: reduction,
        attributes: { reduction },
      }),
    ),
  ],
  TopK: [
    { name: "last axis", inputs: [spaced(2, 5), list(2)], outputs: 2 },
    {
      name: "smallest, axis 0",
      inputs: [spaced(5, 2), list(3)],
      attributes: { axis: 0, largest: 0 },
      outputs: 2,
    },
    { name: "unsorted, axis -2", inputs: [spaced(2, 4, 2), list(3)], attributes: { axis: -2, sorted: 0 }, outputs: 2 },
    { name: "a number known only when it runs", inputs: [spaced(2, 5), fed(list(3))], outputs: 2 },
    ...ranks(1, (...dims) => [spaced(...dims), list(1)], { name: "first axis", attributes: { axis: 0 }, outputs: 2 }),
  ],
  Slice: [
    slice("one axis", real(2, 5), [1], [4], [1]),
    slice("all axes", real(3, 5), [1, 0], [3, 4]),
    slice("negative bounds", real(3, 5), [-4], [-1], [-1]),
    slice("beyond the end", real(3, 5), [2], [1000], [1]),
    slice("steps", real(3, 7), [1], [7], [1], [3]),
    slice("steps of two axes", real(2, 4, 5), [0, 1], [4, 5], [1, 2], [2, 2]),
    slice("steps of the batch", real(5, 2), [1], [5], [0], [2]),
    slice("backwards", real(3, 5), [4], [0], [1], [-2]),
    { name: "axes of their own accord", inputs: [real(3, 5), list(1, 0), list(3, 4)] },
    slice("axes out of order, one negative", real(3, 5, 2), [1, 1], [4, 3], [-2, 0]),
    slice("negative bounds, steps", real(2, 7), [-6], [-1], [1], [2]),
    slice("beyond the beginning", real(3, 5), [-1000], [2], [1]),
    slice("backwards to the beginning", real(3, 5), [-1], [-1000], [1], [-1]),
    slice("nothing of one axis, all of it", real(2, 3), [0], [3], [1]),
    slice("rank 1", real(5), [1], [4], [0]),
    slice("rank 4, steps", real(2, 3, 4, 2), [0, 1], [4, 3], [2, 1], [3, 1]),
    slice("rank 5, steps", real(1, 2, 1, 3, 4), [1, 1], [4, 3], [-1, 3], [2, 1]),
    { name: "steps known only when it runs", inputs: [real(2, 5), list(0), list(5), list(1), fed(list(2))] },
    {
      name: "int32 bounds",
      inputs: [real(2, 5), ints([1], [1], "int32"), ints([1], [5], "int32"), ints([1], [1], "int32")],
    },
    { name: "bounds known only when it runs", inputs: [real(2, 5), fed(list(1)), fed(list(3)), list(1)] },
  ],
  OneHot: [
    { name: "last axis", inputs: [list(0, 2, -1, 7), ints([], [3]), real(2)], batch: [] },
    { name: "axis 0", inputs: [fed(ints([2, 2], [0, 2, 1, 1])), ints([1], [3]), real(2)], attributes: { axis: 0 } },
    { name: "axis -2", inputs: [fed(ints([2, 2], [0, 2, 1, 1])), ints([], [3]), real(2)], attributes: { axis: -2 } },
    {
      name: "axis 1 of 4",
      inputs: [ints([2, 1, 2], [0, 2, 1, 1]), ints([], [3]), real(2)],
      attributes: { axis: 1 },
      batch: [],
    },
    { name: "rank 5", inputs: [fed(ints([2, 1, 1, 2], [0, 2, 1, 1])), ints([], [3]), real(2)] },
  ],
  // The limit stays clear of where an element more would begin
  Range: [
    { name: "up", inputs: [exactly([], [0.5]), constant(exactly([], [3.2])), exactly([], [0.6])], batch: [] },
    { name: "down", inputs: [exactly([], [2]), constant(exactly([], [-0.3])), exactly([], [-0.5])], batch: [] },
  ],
  "com.microsoft:Range": [
    { name: "up", inputs: [exactly([], [0.5]), constant(exactly([], [3.2])), exactly([], [0.6])], batch: [] },
    { name: "by ones", inputs: [exactly([], [0.5]), constant(exactly([], [3.2]))], batch: [] },
    {
      name: "vectors of one number",
      inputs: [exactly([1], [2]), constant(exactly([1], [-0.3])), exactly([1], [-0.5])],
      batch: [],
    },
  ],
  "com.microsoft:GatherND": [
    { name: "elements", inputs: [real(3, 2), ints([3, 2], [0, 1, 2, 0, 0, 1])] },
    ...ranks(1, (...dims) => [real(...dims), fed(ints([2, 1], [0, 0]))], { name: "repeated" }),
  ],
  "com.microsoft:UnfoldTensor": [
    { name: "windows", inputs: [real(2, 5)], attributes: { dim: 1, size: 3, step: 2 } },
    ...ranks(1, real, { name: "dim 0", attributes: { dim: 0, size: 1, step: 1 } }),
    { name: "defaults, rank 3", inputs: [real(2, 2, 4)], attributes: { size: 2 } },
    { name: "dim -2", inputs: [real(2, 4, 2)], attributes: { dim: -2, size: 3, step: 1 } },
  ],
};
