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
  ],
  Flatten: [of("axis 1", real(2, 3, 2)), of("axis 2", real(2, 3, 2), undefined, { axis: 2 })],
  Squeeze: [of("axes", real(2, 1, 3, 1), list(1, -1)), { ...of("all", real(2, 1, 3)), batch: [] }],
  Unsqueeze: [of("axes", real(2, 3), list(0, -1))],
  Cast: [of("to float32", real(3), undefined, { to: 1 }), of("to float64", real(3), undefined, { to: 11 })],
  CastLike: [{ name: "same type", inputs: [real(3), fed(real(1))].map((x, i) => ({ ...x, gradient: i === 0 })) }],
  Transpose: [
    of("reversed", real(2, 3, 2)),
    of("perm", real(2, 3, 2, 2), undefined, { perm: [2, 0, 3, 1] }),
    of("rank 5", real(2, 1, 2, 3, 1), undefined, { perm: [4, 1, 0, 2, 3] }),
  ],
  Expand: [
    of("a new axis", real(1, 3), list(2, 2, 3)),
    of("known only when it runs", real(2, 1), fed(list(2, 3))),
    of("nothing to do", real(2, 3), list(1)),
  ],
  Tile: [
    of("two axes", real(2, 3), list(2, 3)),
    of("rank 1", real(3), list(4)),
    of("known only when it runs", real(2, 3), fed(list(1, 2))),
  ],
  Concat: [
    { name: "two", inputs: [real(2, 3), real(2, 1)], attributes: { axis: 1 }, batch: [0, 1] },
    { name: "one", inputs: [real(2, 3)], attributes: { axis: 0 } },
    { name: "three, negative axis", inputs: [real(2, 1, 2), real(2, 2, 2), real(2, 1, 2)], attributes: { axis: -2 } },
    { name: "along the batch", inputs: [real(2, 2), real(3, 2)], attributes: { axis: 0 }, batch: [0, 1] },
  ],
  Split: [
    { name: "sizes", inputs: [real(2, 5), list(2, 3)], attributes: { axis: 1 }, outputs: 2, through: [0, 1] },
    { name: "equal parts", inputs: [real(4, 2)], attributes: { num_outputs: 2 }, outputs: 2, through: [0, 1] },
    { name: "one part unused", inputs: [real(2, 5), list(2, 3)], attributes: { axis: -1 }, outputs: 2, through: [1] },
    { name: "uneven parts", inputs: [real(5, 2)], attributes: { num_outputs: 3 }, outputs: 3, through: [0, 2] },
  ],
  Trilu: [
    of("upper", real(3, 3)),
    of("lower, shifted", real(2, 3, 4), ints([], [1]), { upper: 0 }),
    of("upper, shifted down", real(3, 3), ints([], [-1])),
  ],
  DepthToSpace: [
    of("DCR", real(1, 8, 2, 3), undefined, { blocksize: 2, mode: "DCR" }),
    of("CRD", real(2, 8, 2, 1), undefined, { blocksize: 2, mode: "CRD" }),
  ],
  SpaceToDepth: [of("2", real(1, 2, 4, 2), undefined, { blocksize: 2 })],
  ReverseSequence: [
    of("time first", real(4, 3), list(4, 2, 1), { time_axis: 0, batch_axis: 1 }),
    of("batch first", real(2, 3, 2), list(3, 2), { time_axis: 1, batch_axis: 0 }),
  ],
  "com.microsoft:Trilu": [of("upper", real(3, 3)), of("lower", real(2, 3, 3), ints([], [1]), { upper: 0 })],
  "com.microsoft:ExpandDims": [of("axis", real(2, 3), ints([], [1], "int32"))],
};
