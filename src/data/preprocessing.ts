import { OnwardError, show } from "../core/index.ts";

/**
 * How raw values became model inputs: `(raw * scale - mean[c]) / deviation[c]` for channel c.
 *
 * The channel is the first dimension of a sample; `mean` and `deviation` have one entry per channel, or one for all.
 * Plain JSON with a version, so that it can travel in a model file.
 */
export interface Preprocessing {
  readonly version: 1;
  readonly kind: "standardize";
  readonly scale: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Reads a preprocessing from JSON, as a model file holds it.
 *
 * @throws OnwardError `file` when it is malformed or of a later version
 *
 * @example
 * ```ts
 * import { parsePreprocessing } from "onward/data";
 * const text = '{"version":1,"kind":"standardize","scale":1,"mean":[0.5],"deviation":[0.25]}';
 * parsePreprocessing(text).mean; // [0.5]
 * ```
 */
export function parsePreprocessing(text: string): Preprocessing {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OnwardError("file", { expected: "preprocessing to be JSON", got: show(text), cause });
  }
  const { version, kind, scale, mean, deviation } = (value ?? {}) as Record<string, unknown>;
  if (version !== 1 || kind !== "standardize") {
    throw new OnwardError("file", {
      expected: 'preprocessing of kind "standardize", version 1',
      got: `kind ${show(kind)}, version ${show(version)}`,
      advice: "a newer release may read it",
    });
  }
  const valid =
    isFiniteNumber(scale) &&
    isList(mean) &&
    isList(deviation) &&
    mean.length === deviation.length &&
    deviation.every((entry) => entry > 0);
  if (!valid) {
    throw new OnwardError("file", {
      expected: "preprocessing to hold a finite scale, and for each channel a finite mean and a deviation above 0",
      got: show(text),
    });
  }
  return { version, kind, scale, mean, deviation };
}

/**
 * Applies a preprocessing to raw samples, given one after another.
 *
 * @param raw - whole samples in row-major order
 * @param sampleShape - the shape of one sample, its first dimension being the channel where there are several means
 * @returns float32 values, each rounded once from float64
 * @throws OnwardError `data` when the channels do not fit
 */
export function preprocess(
  raw: ArrayLike<number>,
  sampleShape: readonly number[],
  preprocessing: Preprocessing,
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

function byteTables({ scale, mean, deviation }: Preprocessing): Float32Array[] {
  return mean.map((center, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte * scale - center) / (deviation[c] as number)),
  );
}

function lookUp(raw: Uint8Array, table: Float32Array, values: Float32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) values[i] = table[raw[i] as number] as number;
}

function standardize(
  raw: ArrayLike<number>,
  { scale, mean, deviation }: Preprocessing,
  channel: number,
  values: Float32Array,
  start: number,
  end: number,
): void {
  const center = mean[channel] as number;
  const spread = deviation[channel] as number;
  for (let i = start; i < end; i++) values[i] = ((raw[i] as number) * scale - center) / spread;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isList(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFiniteNumber);
}
