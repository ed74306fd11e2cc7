import { OnwardError, Tensor, elementCount, show } from "../core/index.ts";

/** The typed arrays that a tensor of numbers can hold. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Numbers with a shape; the first dimension counts the samples. Plain numbers become float32 as inputs, int64 as labels. */
export type ArrayData = Tensor | { readonly data: NumericArray | readonly number[]; readonly dims: readonly number[] };

/** The elements of all samples, laid out one sample after another. */
export interface Elements {
  readonly type: Tensor.Type;
  readonly values: NumericArray;
  readonly dims: readonly number[];
}

/**
 * Takes a tensor or a shaped array as elements, without copying typed arrays.
 *
 * @param what - what errors call it
 * @throws OnwardError `data` when shape and count do not fit, when there are no samples, or when a value is NaN
 */
export function elementsOf(data: ArrayData, what: string): Elements {
  const elements = "type" in data ? ofTensor(data, what) : ofArray(data.data, data.dims);
  const { values, dims } = elements;
  if (dims.length === 0 || !dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw new OnwardError("data", {
      expected: `${what} to have a shape whose first dimension counts the samples`,
      got: show([...dims]),
    });
  }
  if (elementCount(dims) !== values.length) {
    throw new OnwardError("data", {
      expected: `${elementCount(dims)} values for ${what} of shape ${show([...dims])}`,
      got: String(values.length),
    });
  }
  if (dims[0] === 0) throw new OnwardError("data", { expected: `at least one sample in ${what}`, got: "none" });
  if (values.length === 0) {
    throw new OnwardError("data", { expected: `samples of at least one value in ${what}`, got: show([...dims]) });
  }
  checkNotNaN(elements, what);
  return elements;
}

/** All of them as one tensor, which shares their memory. */
export function tensorOf({ type, values, dims }: Elements): Tensor {
  return new Tensor(type, values as never, dims);
}

/** Tells shaped data from a record of named inputs. */
export function isArrayData(data: object): data is ArrayData {
  return "dims" in data && Array.isArray(data.dims);
}

/**
 * Copies the chosen samples into one contiguous tensor, in the order given.
 *
 * @param spent - a tensor that `gather` made of these elements and nobody needs any more: its memory is used again if it fits
 * @throws OnwardError `data` when a number is not that of a sample
 */
export function gather({ type, values, dims }: Elements, indices: Uint32Array, what: string, spent?: Tensor): Tensor {
  const size = dims[0] as number;
  const row = values.length / size;
  const length = indices.length * row;
  const reuse = spent?.type === type && spent.size === length;
  const chosen = reuse
    ? (spent.data as NumericArray)
    : new (values.constructor as new (length: number) => NumericArray)(length);
  // Labels are mostly single numbers of 64 bits, each of which would become an object on its way.
  if (row === 1 && values.BYTES_PER_ELEMENT === 8) gatherHalves(values, indices, chosen, what);
  else gatherRuns(values, indices, chosen, what, row);
  return tensorOf({ type, values: chosen, dims: [indices.length, ...dims.slice(1)] });
}

/** Copies single numbers of 64 bits as two of 32. */
function gatherHalves(values: NumericArray, indices: Uint32Array, chosen: NumericArray, what: string): void {
  const from = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const to = new Int32Array(chosen.buffer, chosen.byteOffset, 2 * chosen.length);
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i] as number;
    if (at >= values.length) throw noSuchSample(at, values.length, what);
    to[2 * i] = from[2 * at] as number;
    to[2 * i + 1] = from[2 * at + 1] as number;
  }
}

/** Copies samples of `row` numbers; neighbours in the data set together, so that a sequential pass is one large copy. */
function gatherRuns(values: NumericArray, indices: Uint32Array, chosen: NumericArray, what: string, row: number): void {
  const size = values.length / row;
  for (let i = 0; i < indices.length;) {
    const first = indices[i] as number;
    let count = 1;
    while (indices[i + count] === first + count) count++;
    if (first + count > size) throw noSuchSample(Math.max(first, size), size, what);
    if (count * row === 1) chosen[i] = values[first] as never;
    else chosen.set(values.subarray(first * row, (first + count) * row) as never, i * row);
    i += count;
  }
}

function noSuchSample(number: number, size: number, where: string): OnwardError {
  return new OnwardError("data", { expected: `sample numbers in [0, ${size})`, got: String(number), where });
}

function ofTensor(tensor: Tensor, what: string): Elements {
  if (tensor.location !== "cpu" || tensor.type === "string") {
    throw new OnwardError("unsupported", {
      expected: `${what} to be a tensor of numbers in host memory`,
      got: tensor.type === "string" ? "strings" : show(tensor.location),
    });
  }
  return { type: tensor.type, values: tensor.data as NumericArray, dims: tensor.dims };
}

function ofArray(values: NumericArray | readonly number[], dims: readonly number[]): Elements {
  const typed = Array.isArray(values) ? Float32Array.from(values as readonly number[]) : (values as NumericArray);
  return { type: typeOf(typed), values: typed, dims };
}

function typeOf(values: NumericArray): Tensor.Type {
  const name = Object.prototype.toString.call(values).slice(8, -6).toLowerCase();
  return name.replace("big", "") as Tensor.Type;
}

function checkNotNaN({ type, values, dims }: Elements, what: string): void {
  const position = firstNaN(type, values);
  if (position < 0) return;
  const row = Math.floor(position / (values.length / (dims[0] as number)));
  throw new OnwardError("data", { expected: "numbers", got: "NaN", where: `${what}, row ${row}` });
}

function firstNaN(type: Tensor.Type, values: NumericArray): number {
  // Where the runtime has no Float16Array, float16 comes as bits: an exponent of all ones with a mantissa is NaN.
  if (type === "float16" && values instanceof Uint16Array) return values.findIndex((bits) => (bits & 0x7fff) > 0x7c00);
  if (!type.startsWith("float")) return -1;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return i;
  return -1;
}
