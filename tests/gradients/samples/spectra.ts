import { constant, exactly, ints, real, still, type Sample } from "../sample.ts";

const axis = (value: number) => ints([], [value]);
const step = ints([], [2]);

/** Samples of the rules in spectra.ts. */
export const spectra: Readonly<Record<string, readonly Sample[]>> = {
  DFT: [
    { name: "real", inputs: [real(2, 5, 1), undefined, axis(1)] },
    { name: "complex, rank 4, the first of two axes", inputs: [real(2, 4, 3, 2), undefined, axis(-3)] },
    { name: "of one number", inputs: [real(2, 1, 2), undefined, axis(1)] },
    { name: "rank 2", inputs: [real(5, 1), undefined, axis(0)], batch: [] },
    { name: "rank 5", inputs: [real(1, 2, 3, 2, 2), undefined, axis(2)] },
    { name: "no axis", inputs: [real(2, 2, 4, 2)] },
    { name: "one side, of fewer", inputs: [real(2, 6, 1), ints([], [3]), axis(1)], attributes: { onesided: 1 } },
    { name: "inverse, of fewer", inputs: [real(2, 5, 2), ints([], [3]), axis(1)], attributes: { inverse: 1 } },
    { name: "inverse, of more", inputs: [real(2, 3, 2), ints([], [6]), axis(1)], attributes: { inverse: 1 } },
    { name: "axis as an attribute", inputs: [real(2, 4, 1)], attributes: { axis: 1, onesided: 1 }, opset: 17 },
    { name: "of fewer numbers", inputs: [real(2, 5, 2), ints([], [3]), axis(1)] },
    { name: "of more numbers", inputs: [real(2, 3, 1), ints([], [6]), axis(1)] },
    { name: "one side, even", inputs: [real(2, 6, 1), undefined, axis(1)], attributes: { onesided: 1 } },
    { name: "one side, odd", inputs: [real(2, 5, 1), undefined, axis(1)], attributes: { onesided: 1 } },
    { name: "one side, of more", inputs: [real(2, 4, 1), ints([], [7]), axis(1)], attributes: { onesided: 1 } },
    { name: "inverse", inputs: [real(2, 5, 2), undefined, axis(1)], attributes: { inverse: 1 } },
    { name: "inverse, real", inputs: [real(2, 4, 1), undefined, axis(1)], attributes: { inverse: 1 } },
    {
      name: "inverse, one side, even",
      inputs: [real(2, 4, 2), undefined, axis(1)],
      attributes: { inverse: 1, onesided: 1 },
    },
    {
      name: "inverse, one side, odd",
      inputs: [real(2, 3, 2), ints([], [5]), axis(1)],
      attributes: { inverse: 1, onesided: 1 },
    },
  ],
  STFT: [
    { name: "windows that overlap", inputs: [real(2, 9, 1), step, real(4)] },
    { name: "no window", inputs: [real(2, 9, 1), step, undefined, ints([], [4])] },
    { name: "one side told", inputs: [real(2, 9, 1), step, real(5)], attributes: { onesided: 1 } },
    { name: "frames apart", inputs: [real(2, 11, 1), ints([], [4]), real(3)] },
    { name: "signals of rank 2", inputs: [real(2, 8), step, real(4)] },
    { name: "a window and the length", inputs: [real(1, 8, 1), ints([], [3]), real(4), ints([], [4])] },
    { name: "both sides", inputs: [real(2, 8, 1), step, real(3), ints([], [3])], attributes: { onesided: 0 } },
    { name: "a window that stays", inputs: [real(2, 8, 1), step, still(constant(exactly([4], [0.1, 1, 1, 0.2])))] },
  ],
};
