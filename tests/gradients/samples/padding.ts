import { ranks } from "../ranks.ts";
import { constant, exactly, fed, ints, real, type Sample, type SampleInput } from "../sample.ts";

const list = (...values: number[]) => ints([values.length], values);
const pad = (name: string, x: SampleInput, pads: number[], mode?: string): Sample => ({
  name,
  inputs: [x, list(...pads)],
  ...(mode === undefined ? {} : { attributes: { mode } }),
});

/** Samples of the rules in padding.ts. */
export const padding: Readonly<Record<string, readonly Sample[]>> = {
  Pad: [
    pad("constant", real(2, 3), [0, 1, 0, 2]),
    pad("constant, cropping", real(3, 4), [0, -1, 1, -1]),
    { name: "constant with a value", inputs: [real(2, 3), list(1, 0, 0, 1), constant(exactly([], [0.7]))] },
    { name: "a value with a gradient", inputs: [real(2, 3), list(1, -1, 0, 2), exactly([], [0.7])] },
    { name: "axes", inputs: [real(2, 3, 2), list(1, 2), undefined, list(-2)] },
    { name: "known only when it runs", inputs: [real(2, 3), fed(list(0, 1, 0, 2))] },
    pad("reflect", real(2, 4), [0, 2, 0, 3], "reflect"),
    ...["reflect", "edge", "wrap"].flatMap((mode): Sample[] => [
      {
        name: `${mode}, axes, and a value that is not read`,
        inputs: [real(2, 3, 2), list(1, 2), constant(exactly([], [0.7])), list(-2)],
        attributes: { mode },
      },
      { name: `${mode}, known only when it runs`, inputs: [real(2, 3), fed(list(0, 1, 0, 2))], attributes: { mode } },
      { name: `${mode}, cropping`, inputs: [real(2, 5), list(0, 2, 0, -1)], attributes: { mode } },
      { name: `${mode}, rank 1`, inputs: [real(4), list(2, 1)], attributes: { mode }, batch: [] },
      { name: `${mode}, rank 3`, inputs: [real(1, 2, 3), list(0, 0, 2, 0, 1, 1)], attributes: { mode } },
      { name: `${mode}, rank 4`, inputs: [real(1, 2, 2, 3), list(0, 0, 1, 1, 0, 0, 0, 2)], attributes: { mode } },
      {
        name: `${mode}, rank 5`,
        inputs: [real(1, 1, 2, 2, 2), list(0, 0, 1, 1, 1, 0, 0, 0, 1, 0)],
        attributes: { mode },
      },
    ]),
    ...ranks(1, (...dims) => [real(...dims), list(...dims.map(() => 1), ...dims.map((_, axis) => axis % 2))], {
      name: "constant",
    }),
    {
      name: "axes, a value with a gradient",
      inputs: [real(2, 3, 2), list(1, 0, 0, 2), exactly([], [0.7]), list(2, 0)],
    },
    { name: "axes known only when it runs", inputs: [real(2, 3), list(1, 2), undefined, fed(list(1))] },
    pad("edge", real(2, 3), [1, 2, 0, 1], "edge"),
    pad("wrap", real(2, 4), [0, 2, 0, 1], "wrap"),
  ],
  CenterCropPad: [
    { name: "both", inputs: [real(3, 4), list(5, 2)] },
    { name: "axes", inputs: [real(2, 5, 3), list(2, 4)], attributes: { axes: [1, 2] } },
    { name: "negative axes", inputs: [real(2, 5, 3), list(2, 4)], attributes: { axes: [-2, -1] } },
    { name: "sizes known only when it runs", inputs: [real(3, 4), fed(list(5, 2))] },
    ...ranks(1, (...dims) => [real(...dims), list(...dims.map((dim) => (dim === 1 ? 3 : dim - 1)))]),
  ],
  "com.microsoft:Pad": [
    pad("constant", real(2, 3), [0, 1, 0, 2]),
    pad("reflect", real(2, 4), [0, 2, 0, 1], "reflect"),
    pad("edge", real(2, 3), [1, 2, 0, 1], "edge"),
    { name: "constant with a value", inputs: [real(2, 3), list(1, 0, 0, 1), constant(exactly([1], [0.7]))] },
    { name: "a value with a gradient", inputs: [real(2, 3), list(1, -1, 0, 2), exactly([1], [0.7])] },
    { name: "pads of rank 2", inputs: [real(2, 3), ints([1, 4], [1, -1, 0, 2])] },
    { name: "edge, pads of rank 2", inputs: [real(2, 3), ints([1, 4], [1, 0, 0, 2])], attributes: { mode: "edge" } },
    {
      name: "reflect, and a value that is not read",
      inputs: [real(2, 3), list(1, 0, 0, 1), constant(exactly([1], [0.7]))],
      attributes: { mode: "reflect" },
    },
    ...ranks(1, (...dims) => [real(...dims), fed(list(...dims.map(() => 1), ...dims.map((_, axis) => axis % 2)))]),
  ],
};
