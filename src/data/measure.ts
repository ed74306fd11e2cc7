import type { Standardization } from "./standardization.ts";

/**
 * Measures the preprocessing that standardises samples: mean 0 and deviation 1 over all values of a channel.
 *
 * `mean = sum(x) / n`, `deviation = sqrt(sum((x - mean)^2) / n)` with n the values of the channel, and `x = raw / 255` for
 * bytes (exact integer sums, divided once), `x = raw` for other types (two passes in float64).
 * A constant channel gets the deviation 1, so it becomes zeros, as in scikit-learn's StandardScaler.
 *
 * @param raw - whole samples in row-major order
 * @param sampleShape - the shape of one sample
 * @param channels - 1, or the first dimension of the sample's shape
 */
export function measure(raw: ArrayLike<number>, sampleShape: readonly number[], channels: number): Standardization {
  const plane = sampleShape.reduce((product, dim) => product * dim, 1) / channels;
  const moments = Array.from({ length: channels }, (_, channel) =>
    raw instanceof Uint8Array ? ofBytes(raw, plane, channels, channel) : ofNumbers(raw, plane, channels, channel),
  );
  return {
    version: 1,
    kind: "standardize",
    scale: raw instanceof Uint8Array ? 1 / 255 : 1,
    mean: moments.map(({ mean }) => mean),
    deviation: moments.map(({ variance }) => (variance > 0 ? Math.sqrt(variance) : 1)),
  };
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function ofBytes(raw: Uint8Array, plane: number, channels: number, channel: number): Moments {
  const counts = new Float64Array(256);
  for (let start = channel * plane; start < raw.length; start += plane * channels) {
    const end = start + plane;
    for (let i = start; i < end; i++) (counts[raw[i] as number] as number)++;
  }
  let n = 0n;
  let sum = 0n;
  let squares = 0n;
  counts.forEach((count, byte) => {
    n += BigInt(count);
    sum += BigInt(count) * BigInt(byte);
    squares += BigInt(count) * BigInt(byte * byte);
  });
  // 192 bits after the point: rounding to float64 is the only rounding that shows.
  const quotient = (top: bigint, bottom: bigint): number => Number((top << 192n) / bottom) / 2 ** 192;
  return { mean: quotient(sum, 255n * n), variance: quotient(n * squares - sum * sum, (255n * n) ** 2n) };
}

function ofNumbers(raw: ArrayLike<number>, plane: number, channels: number, channel: number): Moments {
  const overChannel = (term: (value: number) => number): number => {
    let sum = 0;
    let n = 0;
    for (let start = channel * plane; start < raw.length; start += plane * channels, n += plane) {
      const end = start + plane;
      for (let i = start; i < end; i++) sum += term(raw[i] as number);
    }
    return sum / n;
  };
  const mean = overChannel((value) => value);
  return { mean, variance: overChannel((value) => (value - mean) ** 2) };
}
