/** How one axis of an image is resampled: for each output place, the first input place and the weights from there on. */
export interface Taps {
  readonly starts: Int32Array;
  /** `width` weights for each output place, the last ones 0 where fewer are needed. */
  readonly weights: Float32Array;
  readonly width: number;
}

/** The stretch of an axis that is resampled. */
export interface Stretch {
  /** Where the first output place begins, in input places; may be a fraction. */
  readonly origin: number;
  /** Input places per output place. */
  readonly scale: number;
  /** Input places outside [low, high) do not count. */
  readonly low: number;
  readonly high: number;
}

/**
 * Computes the taps of antialiased bilinear interpolation.
 *
 * Output place i is centred at `c = origin + (i + 1/2) scale` and weighs input place x by
 * `max(0, 1 - |x + 1/2 - c| / max(scale, 1))`, normalised to sum 1: Pillow's `BILINEAR`, which torchvision's Resize uses.
 *
 * @param mirrored - the output places come in reverse order
 */
export function bilinearTaps({ origin, scale, low, high }: Stretch, length: number, mirrored = false): Taps {
  const support = Math.max(scale, 1);
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(length);
  const weights = new Float32Array(length * width);
  for (let i = 0; i < length; i++) {
    const center = origin + (i + 0.5) * scale;
    const start = Math.min(Math.max(low, Math.floor(center - support + 0.5)), high - 1);
    const end = Math.max(start + 1, Math.min(high, Math.floor(center + support + 0.5)));
    const at = mirrored ? length - 1 - i : i;
    let sum = 0;
    for (let x = start; x < end; x++) sum += weightAt(x + 0.5 - center, support);
    for (let x = start; x < end; x++) {
      weights[at * width + x - start] = sum > 0 ? weightAt(x + 0.5 - center, support) / sum : 1 / (end - start);
    }
    starts[at] = start;
  }
  return trimmed({ starts, weights, width }, length, high);
}

/** Cuts the weights to the widest that is needed, and moves starts so that no tap reads past the end. */
function trimmed({ starts, weights, width }: Taps, length: number, high: number): Taps {
  let needed = 1;
  for (let i = 0; i < length; i++) {
    for (let k = needed; k < width; k++) if (weights[i * width + k] !== 0) needed = k + 1;
  }
  const kept = new Float32Array(length * needed);
  for (let i = 0; i < length; i++) {
    const start = starts[i] as number;
    const moved = Math.max(0, Math.min(start, high - needed));
    for (let k = 0; k < needed && k + start - moved < needed; k++) {
      kept[i * needed + k + start - moved] = weights[i * width + k] as number;
    }
    starts[i] = moved;
  }
  return { starts, weights: kept, width: needed };
}

function weightAt(distance: number, support: number): number {
  return Math.max(0, 1 - Math.abs(distance) / support);
}

/** An image as it was decoded: rows of pixels, the channels of a pixel side by side. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

let rows = new Float32Array(0);

/**
 * Resamples an image into planes, one a channel: across first, then down.
 *
 * @param out - where the planes go, from `at` on: `channels * down.starts.length * across.starts.length` values
 * @param scales - what each channel is multiplied by
 * @param shifts - what is then added
 */
export function resample(
  { data, width, channels }: Pixels,
  across: Taps,
  down: Taps,
  out: Float32Array,
  at: number,
  scales: readonly number[],
  shifts: readonly number[],
): void {
  const columns = across.starts.length;
  const top = down.starts.reduce((least, start) => Math.min(least, start), Infinity);
  const bottom = down.starts.reduce((most, start) => Math.max(most, start), 0) + down.width;
  const plane = (bottom - top) * columns;
  if (rows.length < plane * channels) rows = new Float32Array(plane * channels);
  for (let y = top; y < bottom; y++) {
    const from = y * width * channels;
    const to = (y - top) * columns;
    if (channels === 3 && across.width === 2) acrossColorByTwo(data, from, across, rows, to, plane);
    else if (channels === 3) acrossColor(data, from, across, rows, to, plane);
    else acrossOne(data, from, across, rows, to);
  }
  for (let c = 0; c < channels; c++) {
    downOne(rows, c * plane - top * columns, columns, down, out, at, scales[c] as number, shifts[c] as number);
    at += down.starts.length * columns;
  }
}

function acrossColor(
  data: Uint8Array,
  from: number,
  { starts, weights, width }: Taps,
  to: Float32Array,
  at: number,
  plane: number,
): void {
  for (let i = 0; i < starts.length; i++) {
    let p = from + 3 * (starts[i] as number);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = i * width; k < (i + 1) * width; k++, p += 3) {
      const weight = weights[k] as number;
      red += weight * (data[p] as number);
      green += weight * (data[p + 1] as number);
      blue += weight * (data[p + 2] as number);
    }
    to[at + i] = red;
    to[at + i + plane] = green;
    to[at + i + 2 * plane] = blue;
  }
}

/** The case of every enlargement, four times as fast written out. */
function acrossColorByTwo(
  data: Uint8Array,
  from: number,
  { starts, weights }: Taps,
  to: Float32Array,
  at: number,
  plane: number,
): void {
  for (let i = 0; i < starts.length; i++) {
    const p = from + 3 * (starts[i] as number);
    const first = weights[2 * i] as number;
    const second = weights[2 * i + 1] as number;
    to[at + i] = first * (data[p] as number) + second * (data[p + 3] as number);
    to[at + i + plane] = first * (data[p + 1] as number) + second * (data[p + 4] as number);
    to[at + i + 2 * plane] = first * (data[p + 2] as number) + second * (data[p + 5] as number);
  }
}

function acrossOne(
  data: Uint8Array,
  from: number,
  { starts, weights, width }: Taps,
  to: Float32Array,
  at: number,
): void {
  for (let i = 0; i < starts.length; i++) {
    const p = from + (starts[i] as number) - i * width;
    let sum = 0;
    for (let k = i * width; k < (i + 1) * width; k++) sum += (weights[k] as number) * (data[p + k] as number);
    to[at + i] = sum;
  }
}

function downOne(
  from: Float32Array,
  offset: number,
  columns: number,
  { starts, weights, width }: Taps,
  out: Float32Array,
  at: number,
  scale: number,
  shift: number,
): void {
  for (let i = 0; i < starts.length; i++) {
    const base = offset + (starts[i] as number) * columns;
    const first = (weights[i * width] as number) * scale;
    const second = width > 1 ? (weights[i * width + 1] as number) * scale : 0;
    const next = width > 1 ? columns : 0;
    const to = at + i * columns;
    for (let x = 0; x < columns; x++) {
      out[to + x] = first * (from[base + x] as number) + second * (from[base + next + x] as number) + shift;
    }
    for (let k = 2; k < width; k++) {
      const weight = (weights[i * width + k] as number) * scale;
      if (weight === 0) continue;
      const row = base + k * columns;
      for (let x = 0; x < columns; x++) out[to + x] = (out[to + x] as number) + weight * (from[row + x] as number);
    }
  }
}
