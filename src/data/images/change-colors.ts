import type { ColorChange } from "./augmentation.ts";

/**
 * Changes the colours of an image in place, by torchvision's formulas for float images with values from 0 to 1.
 *
 * Brightness scales; contrast blends with the mean of the grey image, saturation with the grey image itself, of
 * `0.2989 red + 0.587 green + 0.114 blue`; hue turns the colour circle of HSV. Results are clamped to [0, 1]. A grey image has
 * neither saturation nor hue.
 *
 * @param plane - the values of one channel; the channels stand one after another from `at` on
 */
export function changeColors(
  values: Float32Array,
  at: number,
  plane: number,
  channels: number,
  changes: readonly ColorChange[],
): void {
  for (const { kind, by } of changes) {
    if (kind === "brightness") blend(values, at, plane * channels, by, 0);
    else if (kind === "contrast") blend(values, at, plane * channels, by, meanGrey(values, at, plane, channels));
    else if (channels === 3 && kind === "saturation") saturate(values, at, plane, by);
    else if (channels === 3 && kind === "hue") turnHue(values, at, plane, by);
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function blend(values: Float32Array, at: number, count: number, ratio: number, other: number): void {
  const added = (1 - ratio) * other;
  for (let i = at; i < at + count; i++) values[i] = clamp(ratio * (values[i] as number) + added);
}

function grey(values: Float32Array, i: number, plane: number): number {
  return (
    0.2989 * (values[i] as number) + 0.587 * (values[i + plane] as number) + 0.114 * (values[i + 2 * plane] as number)
  );
}

function meanGrey(values: Float32Array, at: number, plane: number, channels: number): number {
  let sum = 0;
  for (let i = at; i < at + plane; i++) sum += channels === 3 ? grey(values, i, plane) : (values[i] as number);
  return sum / plane;
}

function saturate(values: Float32Array, at: number, plane: number, ratio: number): void {
  for (let i = at; i < at + plane; i++) {
    const added = (1 - ratio) * grey(values, i, plane);
    for (let j = i; j < i + 3 * plane; j += plane) values[j] = clamp(ratio * (values[j] as number) + added);
  }
}

function turnHue(values: Float32Array, at: number, plane: number, by: number): void {
  for (let i = at; i < at + plane; i++) {
    const red = values[i] as number;
    const green = values[i + plane] as number;
    const blue = values[i + 2 * plane] as number;
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    if (range === 0) continue; // grey has no hue
    const sixth =
      most === red ? (green - blue) / range : most === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
    const turned = (((sixth / 6 + by) % 1) + 1) % 1;
    // A colour of HSV at hue h has the channel value v - range * max(0, min(k, 4 - k, 1)), k = (n + 6 h) mod 6.
    values[i] = channelOf(5, turned, most, range);
    values[i + plane] = channelOf(3, turned, most, range);
    values[i + 2 * plane] = channelOf(1, turned, most, range);
  }
}

function channelOf(n: number, hue: number, most: number, range: number): number {
  const k = (n + hue * 6) % 6;
  return clamp(most - range * Math.max(0, Math.min(k, 4 - k, 1)));
}
