import { ImageKernels } from "./kernels.ts";
import type { Taps } from "./taps.ts";

/** An image as it was decoded: rows of pixels, the channels of a pixel side by side. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 or 3. */
  readonly channels: number;
}

/** Rows that are resampled together take about so many bytes, of input and of output. */
const stripBytes = 2 ** 20;

let kernels: ImageKernels | undefined;

/**
 * Resamples an image into planes, one a channel: down first, then across, in float32.
 *
 * @param down - the taps of its rows, from top to bottom
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
  kernels ??= new ImageKernels();
  const stride = width * channels;
  const columns = across.starts.length;
  const rows = down.starts.length;
  const left = across.starts.reduce((least, start) => Math.min(least, start));
  const right = across.starts.reduce((most, start) => Math.max(most, start)) + across.width;
  const acrossStarts = new Int32Array(Math.ceil(columns / 4) * 4);
  acrossStarts.set(across.starts);
  const factors = Float32Array.from(scales.flatMap((scale, c) => [scale, shifts[c] as number]));
  for (let first = 0, end; first < rows; first = end) {
    end = endOfStrip(down, first, stride, 4 * columns * channels);
    const top = down.starts[first] as number;
    const bottom = (down.starts[end - 1] as number) + down.width;
    const size = (end - first) * columns;
    kernels.clear();
    // What is written over behind a plane is not yet the next one.
    const plane = size + 4;
    const planes = kernels.room(4 * plane * channels);
    kernels.exports.resample(
      kernels.put(data.subarray(top * stride, bottom * stride)),
      stride,
      top,
      left * channels,
      right * channels,
      kernels.room(4 * stride),
      kernels.put(down.starts.subarray(first, end)),
      kernels.put(down.weights.subarray(first * down.width, end * down.width)),
      down.width,
      end - first,
      kernels.put(acrossStarts),
      kernels.put(across.weights, 4 * acrossStarts.length * across.width),
      across.width,
      columns,
      channels,
      kernels.put(factors),
      planes,
      4 * plane,
    );
    const values = kernels.floats(planes, plane * channels);
    for (let c = 0; c < channels; c++) {
      out.set(values.subarray(c * plane, c * plane + size), at + (c * rows + first) * columns);
    }
  }
}

/** The row before which a strip from `first` on ends: it has one row, or as many as it may. */
function endOfStrip({ starts, width }: Taps, first: number, inputBytes: number, outputBytes: number): number {
  const top = starts[first] as number;
  let end = first + 1;
  while (
    end < starts.length &&
    ((starts[end] as number) + width - top) * inputBytes <= stripBytes &&
    (end + 1 - first) * outputBytes <= stripBytes
  ) {
    end++;
  }
  return end;
}
