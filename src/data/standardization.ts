import { OnwardError, show } from "../core/index.ts";
import { isFiniteNumber, isListOfNumbers } from "./json-checks.ts";

/**
 * How raw values became model inputs: `(raw * scale - mean[c]) / deviation[c]` for channel c.
 *
 * The channel is the first dimension of a sample; `mean` and `deviation` have one entry per channel, or one for all.
 */
export interface Standardization {
  readonly version: 1;
  readonly kind: "standardize";
  readonly scale: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Whether an object from JSON is one. */
export function isStandardization(value: object): value is Standardization {
  const { scale, mean, deviation } = value as Record<string, unknown>;
  return isFiniteNumber(scale) && areMoments(mean, deviation);
}

/** Whether two values from JSON are means and deviations of as many channels. */
export function areMoments(mean: unknown, deviation: unknown): boolean {
  return (
    isListOfNumbers(mean) &&
    isListOfNumbers(deviation) &&
    mean.length > 0 &&
    mean.length === deviation.length &&
    deviation.every((entry) => entry > 0)
  );
}

/**
 * Standardises raw samples, given one after another.
 *
 * @param raw - whole samples in row-major order
 * @param sampleShape - the shape of one sample, its first dimension being the channel where there are several means
 * @returns float32 values, each rounded once from float64
 * @throws OnwardError `data` when the channels do not fit
 */
export function preprocess(
  raw: ArrayLike<number>,
  sampleShape: readonly number[],
  preprocessing: Standardization,
): Float32Array {
  const channels = preprocessing.mean.length;
  if (channels !== 1 && channels !== sampleShape[0]) {
    throw new OnwardError("data", {
      expected: `samples of ${channels} channels, as the preprocessing has`,
      got: `shape ${show([...sampleShape])}`,
    });
  }
  const plane = channels === 1 ? raw.length : sampleShape.slice(1).reduce((product, dim) => product * dim, 1);
  const values = new Float32Array(raw.length);
  const tables = raw instanceof Uint8Array ? byteTables(preprocessing) : undefined;
  for (let start = 0, block = 0; start < raw.length; start += plane, block++) {
    const channel = block % channels;
    const table = tables?.[channel];
    if (table) lookUp(raw as Uint8Array, table, values, start, start + plane);
    else standardize(raw, preprocessing, channel, values, start, start + plane);
  }
  return values;
}

function byteTables({ scale, mean, deviation }: Standardization): Float32Array[] {
  return mean.map((center, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte * scale - center) / (deviation[c] as number)),
  );
}

function lookUp(raw: Uint8Array, table: Float32Array, values: Float32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) values[i] = table[raw[i] as number] as number;
}

function standardize(
  raw: ArrayLike<number>,
  { scale, mean, deviation }: Standardization,
  channel: number,
  values: Float32Array,
  start: number,
  end: number,
): void {
  const center = mean[channel] as number;
  const spread = deviation[channel] as number;
  for (let i = start; i < end; i++) values[i] = ((raw[i] as number) * scale - center) / spread;
}
