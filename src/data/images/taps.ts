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
