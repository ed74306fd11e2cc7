import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../src/core/index.ts";
import type { ColorChange } from "../../src/data/images/augmentation.ts";
import { changeColors } from "../../src/data/images/change-colors.ts";
import { resample } from "../../src/data/images/resample.ts";
import { rotate } from "../../src/data/images/rotate.ts";
import { bilinearTaps } from "../../src/data/images/taps.ts";
import { imageFolder } from "../../src/data/index.ts";
import { pixelsOf, writeImage } from "./image-file.ts";

interface Fixture {
  mean: number[];
  deviation: number[];
  evaluation: { width: number; height: number; resize: number; crop: number; values: number[] }[];
  crops: { width: number; height: number; box: number[]; size: number; values: number[] }[];
  colors: { kind: ColorChange["kind"]; by: number; values: number[] }[];
  rotations: { degrees: number; values: number[] }[];
  grey: number[];
}

const fixture = JSON.parse(readFileSync(new URL("../fixtures/images.json", import.meta.url), "utf8")) as Fixture;
const folder = mkdtempSync(join(tmpdir(), "onward-images-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pillow rounds to bytes after each of two passes: so far may values be apart, of 1. */
const rounding = 1.01 / 255;

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** The 10 x 10 image as planes of values from 0 to 1. */
function planes(): Float32Array {
  const pixels = pixelsOf(10, 10);
  return Float32Array.from({ length: 300 }, (_, i) => pixels[(i % 100) * 3 + Math.floor(i / 100)]! / 255);
}

describe("what torchvision makes of an image", () => {
  test.each(fixture.evaluation.map((row, i) => ({ ...row, i })))(
    "Resize($resize), CenterCrop($crop) and Normalize of $width x $height",
    async ({ width, height, resize, crop, values, i }) => {
      for (const part of ["train", "val"]) await writeImage(join(folder, String(i), part, "a", "1.png"), width, height);
      const { val } = await imageFolder(join(folder, String(i)), { size: crop, resize });
      const { inputs } = await val.read(Uint32Array.of(0));
      expect((inputs as Tensor).dims).toEqual([1, 3, crop, crop]);
      const difference = furthest((inputs as Tensor).data as Float32Array, values);
      expect(difference * Math.max(...fixture.deviation)).toBeLessThan(rounding);
    },
  );

  test.each(fixture.crops)("resized_crop of $box to $size", ({ width, height, box, size, values }) => {
    const [left, top, w, h] = box as [number, number, number, number];
    const across = bilinearTaps({ origin: left, scale: w / size, low: left, high: left + w }, size);
    const down = bilinearTaps({ origin: top, scale: h / size, low: top, high: top + h }, size);
    const out = new Float32Array(3 * size * size);
    const pixels = { data: pixelsOf(width, height), width, height, channels: 3 };
    resample(pixels, across, down, out, 0, Array<number>(3).fill(1 / 255), [0, 0, 0]);
    expect(furthest(out, values)).toBeLessThan(rounding);
    const mirrored = new Float32Array(out.length);
    const reverse = bilinearTaps({ origin: left, scale: w / size, low: left, high: left + w }, size, true);
    resample(pixels, reverse, down, mirrored, 0, Array<number>(3).fill(1 / 255), [0, 0, 0]);
    for (let i = 0; i < out.length; i++) {
      expect(mirrored[i]).toBeCloseTo(out[i - (i % size) + size - 1 - (i % size)]!, 6);
    }
  });

  test.each(fixture.colors)("adjust_$kind by $by", ({ kind, by, values }) => {
    const image = planes();
    changeColors(image, 0, 100, 3, [{ kind, by }]);
    expect(furthest(image, values)).toBeLessThan(1e-5);
  });

  test.each(fixture.rotations)("rotate by $degrees degrees, bilinearly", ({ degrees, values }) => {
    const image = planes();
    rotate(image, 0, 10, 3, degrees);
    expect(furthest(image, values)).toBeLessThan(1e-4);
  });

  test("convert to grey", async () => {
    for (const part of ["train", "val"]) await writeImage(join(folder, "grey", part, "a", "1.png"), 10, 10);
    const { val } = await imageFolder(join(folder, "grey"), { size: 10, resize: 10, mean: [0], deviation: [1] });
    const { inputs } = await val.read(Uint32Array.of(0));
    expect((inputs as Tensor).dims).toEqual([1, 1, 10, 10]);
    expect(furthest((inputs as Tensor).data as Float32Array, fixture.grey)).toBeLessThan(rounding);
  });
});
