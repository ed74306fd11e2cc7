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
    pad("edge", real(2, 3), [1, 2, 0, 1], "edge"),
    pad("wrap", real(2, 4), [0, 2, 0, 1], "wrap"),
  ],
  CenterCropPad: [
    { name: "both", inputs: [real(3, 4), list(5, 2)] },
    { name: "axes", inputs: [real(2, 5, 3), list(2, 4)], attributes: { axes: [1, 2] } },
  ],
  "com.microsoft:Pad": [pad("constant", real(2, 3), [0, 1, 0, 2]), pad("reflect", real(2, 4), [0, 2, 0, 1], "reflect")],
};
