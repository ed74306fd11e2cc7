import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAugmentation, drawAugmentation, type Augmentation } from "./augmentation.ts";

const everything: Augmentation = {
  crop: true,
  flip: true,
  rotation: 20,
  jitter: { brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1 },
};
const draw = (sample: number, { epoch = 1, repeat = 0, seed = 7, augmentation = everything } = {}) =>
  drawAugmentation(augmentation, { seed, epoch }, sample, repeat, 60, 40);

test("a crop lies within the image, of an allowed area and ratio, to the rounding of its sides", () => {
  const side = fc.integer({ min: 1, max: 500 });
  fc.assert(
    fc.property(side, side, fc.nat(1000), (width, height, sample) => {
      const { box } = drawAugmentation({ crop: true }, { seed: 1, epoch: 1 }, sample, 0, width, height);
      const { left, top, width: w, height: h } = box!;
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(left + w).toBeLessThanOrEqual(width);
      expect(top + h).toBeLessThanOrEqual(height);
      expect((w + 0.5) * (h + 0.5)).toBeGreaterThanOrEqual(Math.min(0.08 * width * height, 1));
      expect((w - 0.5) / (h + 0.5)).toBeLessThanOrEqual(4 / 3);
      expect((w + 0.5) / (h - 0.5)).toBeGreaterThanOrEqual(3 / 4);
    }),
    { numRuns: 500 },
  );
});

test("crops have the mean area of a uniform scale, and are everywhere", () => {
  let area = 0;
  const corners = new Set<string>();
  for (let sample = 0; sample < 4000; sample++) {
    const { box } = drawAugmentation({ crop: true }, { seed: 3, epoch: 1 }, sample, 0, 100, 100);
    area += (box!.width * box!.height) / 1e4 / 4000;
    corners.add(`${box!.left < 10},${box!.top < 10}`);
  }
  // The largest boxes of extreme ratios do not fit and are drawn again, so the mean is a little below 0.54.
  expect(area).toBeGreaterThan(0.46);
  expect(area).toBeLessThan(0.54);
  expect(corners.size).toBe(4);
});

test("half the images are flipped, angles and colours keep to their bounds, in every order", () => {
  const orders = new Set<string>();
  let flips = 0;
  for (let sample = 0; sample < 2000; sample++) {
    const { flip, angle, colors } = draw(sample);
    if (flip) flips++;
    expect(Math.abs(angle)).toBeLessThanOrEqual(20);
    orders.add(colors.map(({ kind }) => kind).join());
    for (const { kind, by } of colors) {
      const middle = kind === "hue" ? 0 : 1;
      expect(Math.abs(by - middle)).toBeLessThanOrEqual(everything.jitter![kind]! + 1e-12);
    }
  }
  // Five standard deviations of a fair coin.
  expect(Math.abs(flips - 1000)).toBeLessThan(5 * Math.sqrt(500));
  expect(orders.size).toBe(24);
});

test("it is a function of seed, epoch, sample and repeat, and differs with each", () => {
  expect(draw(5)).toEqual(draw(5));
  for (const other of [draw(6), draw(5, { epoch: 2 }), draw(5, { repeat: 1 }), draw(5, { seed: 8 })]) {
    expect(other).not.toEqual(draw(5));
  }
});

test("one kind of change does not shift another", () => {
  const { crop, flip, rotation } = everything;
  const others = { crop: crop!, flip: flip!, rotation: rotation! };
  expect(draw(5, { augmentation: others })).toEqual({ ...draw(5), colors: [] });
  expect(draw(5, { augmentation: { flip: true } })).toEqual({ ...draw(5), box: undefined, angle: 0, colors: [] });
});

test.each([
  [{ rotation: 200 }, "Expected rotation to be a number in [0, 180], got 200 (augment)."],
  [{ flip: 2 }, "Expected flip to be a number in [0, 1], got 2 (augment)."],
  [{ jitter: { hue: 0.6 } }, "Expected hue to be a number in [0, 0.5], got 0.6 (augment.jitter)."],
  [{ crop: { scale: [0.5, 0.1], ratio: [1, 1] } }, "Expected crop to have a scale within (0, 1]"],
  [{ blur: 1 }, "Expected an option of crop, flip, rotation, jitter, got"],
])("refuses %j", (augmentation, message) => {
  expect(() => checkAugmentation(augmentation as Augmentation)).toThrow(message);
});
