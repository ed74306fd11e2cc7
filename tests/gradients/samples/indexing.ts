import { constant, exactly, fed, ints, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const list = (...values: number[]) => ints([values.length], values);
const slice = (name: string, x: SampleInput, ...bounds: readonly number[][]): Sample => ({
  name,
  inputs: [x, ...bounds.map((values) => list(...values))],
});

/** Samples of the rules in indexing.ts. */
export const indexing: Readonly<Record<string, readonly Sample[]>> = {
  Gather: [
    { name: "embedding", inputs: [real(4, 3), fed(ints([2, 3], [0, 3, 3, 1, 0, -1]))], batch: [1] },
    { name: "axis 1", inputs: [real(2, 4, 2), fed(list(3, 1, 3))], attributes: { axis: 1 } },
    { name: "axis 1, matrix of indices", inputs: [real(2, 4), ints([2, 2], [0, 1, 1, -1])], attributes: { axis: -1 } },
    { name: "one constant index", inputs: [real(2, 4, 2), ints([], [-1])], attributes: { axis: 1 } },
    { name: "one constant index of the batch", inputs: [real(3, 2), ints([], [1])] },
    { name: "one index", inputs: [real(2, 4, 2), fed(ints([], [2]))], attributes: { axis: 1 } },
  ],
  GatherElements: [
    { name: "axis 1", inputs: [real(2, 3), ints([2, 2], [0, 0, 2, 1])], attributes: { axis: 1 } },
    { name: "axis 0, fewer columns", inputs: [real(3, 2), fed(ints([4, 1], [0, 2, -1, 0]))], attributes: { axis: 0 } },
  ],
  GatherND: [
    { name: "elements", inputs: [real(3, 2), ints([3, 2], [0, 1, 2, 0, 0, 1])] },
    { name: "slices", inputs: [real(3, 2, 2), fed(ints([2, 1], [2, 0]))] },
    { name: "batch", inputs: [real(2, 3, 2), ints([2, 1], [2, 0])], attributes: { batch_dims: 1 } },
  ],
  Compress: [
    { name: "axis", inputs: [real(2, 3), fed(ints([3], [1, 0, 1], "bool"))], attributes: { axis: 1 } },
    { name: "flat", inputs: [real(2, 3), ints([5], [0, 1, 1, 0, 1], "bool")] },
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
  ],
  TopK: [
    { name: "last axis", inputs: [spaced(2, 5), list(2)], outputs: 2 },
    {
      name: "smallest, axis 0",
      inputs: [spaced(5, 2), list(3)],
      attributes: { axis: 0, largest: 0 },
      outputs: 2,
    },
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
    { name: "bounds known only when it runs", inputs: [real(2, 5), fed(list(1)), fed(list(3)), list(1)] },
  ],
  OneHot: [
    { name: "last axis", inputs: [list(0, 2, -1, 7), ints([], [3]), real(2)], batch: [] },
    { name: "axis 0", inputs: [fed(ints([2, 2], [0, 2, 1, 1])), ints([1], [3]), real(2)], attributes: { axis: 0 } },
  ],
  // The limit stays clear of where an element more would begin
  Range: [
    { name: "up", inputs: [exactly([], [0.5]), constant(exactly([], [3.2])), exactly([], [0.6])], batch: [] },
    { name: "down", inputs: [exactly([], [2]), constant(exactly([], [-0.3])), exactly([], [-0.5])], batch: [] },
  ],
  "com.microsoft:Range": [
    { name: "up", inputs: [exactly([], [0.5]), constant(exactly([], [3.2])), exactly([], [0.6])], batch: [] },
  ],
  "com.microsoft:GatherND": [{ name: "elements", inputs: [real(3, 2), ints([3, 2], [0, 1, 2, 0, 0, 1])] }],
  "com.microsoft:UnfoldTensor": [{ name: "windows", inputs: [real(2, 5)], attributes: { dim: 1, size: 3, step: 2 } }],
};
