import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure } from "./measure.ts";
import { parsePreprocessing } from "./preprocessing.ts";
import { preprocess, type Standardization } from "./standardization.ts";

describe("measure", () => {
  test("is exact for bytes: a hand-made case", () => {
    // Values 0, 0, 255, 255: mean 1/2 and deviation 1/2 of the scaled values.
    const { mean, deviation, scale } = measure(Uint8Array.of(0, 0, 255, 255), [2], 1);
    expect([mean, deviation, scale]).toEqual([[0.5], [0.5], 1 / 255]);
  });

  test("bytes and the same numbers as floats agree, channel by channel", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 12, maxLength: 120 }), (values) => {
        const raw = Uint8Array.from(values.slice(0, values.length - (values.length % 6)));
        const exact = measure(raw, [3, 2], 3);
        const floats = measure(
          Float64Array.from(raw, (byte) => byte / 255),
          [3, 2],
          3,
        );
        exact.mean.forEach((mean, c) => expect(mean).toBeCloseTo(floats.mean[c]!, 13));
        exact.deviation.forEach((deviation, c) => expect(deviation).toBeCloseTo(floats.deviation[c]!, 12));
      }),
    );
  });

  test("gives a constant channel the deviation 1", () => {
    expect(measure(Uint8Array.of(9, 9), [1], 1).deviation).toEqual([1]);
  });
});

describe("preprocess", () => {
  test("makes each channel standard: mean 0, deviation 1", () => {
    const raw = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => (i * 37) % 256);
    const values = preprocess(raw, [3, 2, 2], measure(raw, [3, 2, 2], 3));
    for (let c = 0; c < 3; c++) {
      const channel = [...values].filter((_, i) => Math.floor(i / 4) % 3 === c);
      const mean = channel.reduce((sum, value) => sum + value, 0) / channel.length;
      const variance = channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channel.length;
      expect(mean).toBeCloseTo(0, 6);
      expect(variance).toBeCloseTo(1, 6);
    }
  });

  test("rounds once from float64, for bytes and for other types alike", () => {
    const preprocessing: Standardization = {
      version: 1,
      kind: "standardize",
      scale: 1 / 255,
      mean: [0.1],
      deviation: [0.3],
    };
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const expected = Float32Array.from(bytes, (byte) => (byte * (1 / 255) - 0.1) / 0.3);
    expect(preprocess(bytes, [256], preprocessing)).toEqual(expected);
    expect(preprocess(Int16Array.from(bytes), [256], preprocessing)).toEqual(expected);
  });

  test("refuses another number of channels", () => {
    const preprocessing = measure(Uint8Array.of(1, 2, 3), [3, 1], 3);
    expect(() => preprocess(Uint8Array.of(1, 2), [2, 1], preprocessing)).toThrow(
      "Expected samples of 3 channels, as the preprocessing has, got shape [2, 1].",
    );
  });
});

describe("parsePreprocessing", () => {
  test("reads back what was written", () => {
    const preprocessing = measure(Uint8Array.of(1, 2, 3), [3], 1);
    expect(parsePreprocessing(JSON.stringify(preprocessing))).toEqual(preprocessing);
  });

  test.each([
    ["no JSON", "{", "Expected preprocessing to be JSON"],
    ["null", "null", "got kind undefined, version undefined"],
    [
      "a later version",
      '{"version":2,"kind":"standardize"}',
      'got kind "standardize", version 2. A newer release may read it.',
    ],
    [
      "a deviation of 0",
      '{"version":1,"kind":"standardize","scale":1,"mean":[0],"deviation":[0]}',
      "preprocessing of kind standardize to hold what it should",
    ],
    [
      "two means, one deviation",
      '{"version":1,"kind":"standardize","scale":1,"mean":[0,1],"deviation":[1]}',
      "preprocessing of kind standardize to hold what it should",
    ],
  ])("refuses %s", (_, text, message) => {
    expect(() => parsePreprocessing(text)).toThrow(message);
  });
});
