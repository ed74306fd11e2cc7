import fc from "fast-check";
import { expect, test } from "vitest";
import { resample, type Pixels } from "./resample.ts";
import { bilinearTaps, type Taps } from "./taps.ts";

/** The same pixels each time for a size. */
function image(width: number, height: number, channels: number): Pixels {
  let seed = width * 40503 + height;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const data = Uint8Array.from({ length: width * height * channels }, () => Math.floor(256 * random()));
  return { data, width, height, channels };
}

function whole(from: number, to: number, mirrored = false): Taps {
  return bilinearTaps({ origin: 0, scale: from / to, low: 0, high: from }, to, mirrored);
}

const [scales, shifts] = [
  [1 / 255, 1 / 64, -1 / 100],
  [0, -2, 0.5],
];

/** The same sums, by their formula. */
function expected({ data, width, channels }: Pixels, across: Taps, down: Taps): number[] {
  const values: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < down.starts.length; row++) {
      for (let column = 0; column < across.starts.length; column++) {
        let sum = 0;
        for (let y = 0; y < down.width; y++) {
          for (let x = 0; x < across.width; x++) {
            const place = (down.starts[row]! + y) * width + across.starts[column]! + x;
            const weight = down.weights[row * down.width + y]! * across.weights[column * across.width + x]!;
            if (weight !== 0) sum += weight * data[place * channels + c]!;
          }
        }
        values.push(sum * scales[c]! + shifts[c]!);
      }
    }
  }
  return values;
}

function resampled(pixels: Pixels, across: Taps, down: Taps, at = 0): Float32Array {
  const out = new Float32Array(at + pixels.channels * across.starts.length * down.starts.length);
  resample(pixels, across, down, out, at, scales, shifts);
  return out.subarray(at);
}

function check(pixels: Pixels, across: Taps, down: Taps): void {
  const values = resampled(pixels, across, down, 3);
  const furthest = expected(pixels, across, down).reduce(
    (most, value, i) => Math.max(most, Math.abs(values[i]! - value)),
    0,
  );
  // Sums of up to 255, each of so many terms: their roundings add up as independent ones do, and a few at most are as large as can be.
  const rounding = (255 / 64) * 2 ** -24;
  expect(furthest).toBeLessThan(4 * rounding * Math.sqrt(across.width + down.width));
}

test("every place has the weighted sum of its pixels, whatever the sizes", () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      fc.constantFrom(1, 3),
      fc.boolean(),
      (w, h, columns, rows, channels, mirrored) =>
        check(image(w, h, channels), whole(w, columns, mirrored), whole(h, rows)),
    ),
    { numRuns: 200 },
  );
});

test.each([
  ["whose rows do not fit into the cache together", 2000, 900, 5, 7],
  ["of which each row needs more than fits", 9000, 160, 6, 3],
  ["that becomes a large one", 3, 2, 300, 400],
])("an image %s", (_, width, height, columns, rows) => {
  for (const channels of [1, 3]) check(image(width, height, channels), whole(width, columns), whole(height, rows));
});

test("the bits do not depend on what was resampled before", () => {
  const sides = [
    [13, 11, 9, 10],
    [300, 200, 77, 66],
    [5, 5, 50, 51],
  ] as const;
  const images = sides.map(([width, height, columns, rows]) => {
    return [image(width, height, 3), whole(width, columns), whole(height, rows)] as const;
  });
  const first = images.map((each) => resampled(...each));
  const again = images.toReversed().map((each) => resampled(...each));
  expect(again.toReversed()).toEqual(first);
});
