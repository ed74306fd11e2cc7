import { ranks } from "../ranks.ts";
import { between, exactly, fed, ints, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const axes = (...list: number[]) => ints([list.length], list);

function reducing(input: (...dims: number[]) => SampleInput): readonly Sample[] {
  return [
    { name: "all", inputs: [input(2, 3)] },
    { name: "all, without keepdims", inputs: [input(2, 3)], attributes: { keepdims: 0 } },
    { name: "last", inputs: [input(2, 3), axes(-1)] },
    { name: "first, without keepdims", inputs: [input(2, 3), axes(0)], attributes: { keepdims: 0 } },
    { name: "two of four", inputs: [input(2, 2, 3, 2), axes(1, -1)], attributes: { keepdims: 0 } },
    { name: "axes known only when it runs", inputs: [input(2, 3), fed(axes(1))], attributes: { keepdims: 0 } },
    { name: "no axes, nothing to do", inputs: [input(2, 3)], attributes: { noop_with_empty_axes: 1 } },
    ...[0, 1].flatMap((keepdims) =>
      [0, 1].map((noop_with_empty_axes) => ({
        name: `empty axes, keepdims ${keepdims}, noop_with_empty_axes ${noop_with_empty_axes}`,
        inputs: [input(2, 3), axes()],
        attributes: { keepdims, noop_with_empty_axes },
      })),
    ),
    { name: "axes out of order", inputs: [input(2, 3, 2), axes(-1, 0)], attributes: { keepdims: 0 } },
    { name: "middle and outer, kept", inputs: [input(2, 2, 3, 2), axes(2, 0)] },
    ...ranks(1, (...dims) => [input(...dims), axes(-1)], { name: "last", attributes: { keepdims: 0 } }),
    ...ranks(1, input, { name: "all" }),
  ];
}

/** Samples of the rules in reductions.ts. */
export const reductions: Readonly<Record<string, readonly Sample[]>> = {
  ReduceSum: reducing(real),
  ReduceMean: reducing(real),
  ReduceMax: reducing(spaced),
  ReduceMin: reducing(spaced),
  ReduceProd: [
    ...reducing((...dims) => between(0.5, 1.5, ...dims)),
    { name: "a zero", inputs: [exactly([2, 3], [2, 0, 3, 1, 2, 3]), axes(1)] },
    { name: "two zeros", inputs: [exactly([2, 3], [0, 0, 3, 1, 0, 3]), axes(1)] },
  ],
  ReduceL1: reducing(spaced),
  ReduceL2: reducing((...dims) => between(0.3, 1, ...dims)),
  ReduceLogSum: reducing((...dims) => between(0.5, 1.5, ...dims)),
  ReduceLogSumExp: reducing(real),
  ReduceSumSquare: reducing(real),
  CumSum: [
    ...[0, 1].flatMap((exclusive) =>
      [0, 1].map((reverse) => ({
        name: `exclusive ${exclusive}, reverse ${reverse}`,
        inputs: [real(2, 4), ints([], [1])],
        attributes: { exclusive, reverse },
      })),
    ),
    { name: "axis 0", inputs: [real(4, 2), ints([], [0])] },
    ...ranks(1, (...dims) => [real(...dims), ints([], [-1])], { name: "last axis" }),
    ...ranks(1, (...dims) => [real(...dims), fed(ints([1], [0]))], {
      name: "first axis, fed",
      attributes: { reverse: 1 },
    }),
  ],
  CumProd: [
    ...[0, 1].flatMap((exclusive) =>
      [0, 1].flatMap((reverse) => [
        {
          name: `exclusive ${exclusive}, reverse ${reverse}`,
          inputs: [real(2, 4), ints([], [1])],
          attributes: { exclusive, reverse },
        },
        {
          name: `zeros, exclusive ${exclusive}, reverse ${reverse}`,
          inputs: [exactly([3, 4], [2, 0, 3, 2, 0, 0.5, 0, 2, 1, 2, 3, 0]), ints([], [1])],
          attributes: { exclusive, reverse },
        },
      ]),
    ),
    { name: "axis 0", inputs: [real(4, 2), ints([], [0])] },
    ...ranks(1, (...dims) => [real(...dims), ints([], [-1])], { name: "last axis" }),
  ],
};
