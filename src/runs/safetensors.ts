import { elementBytes, elementCount, OnwardError, show, Tensor } from "../core/index.ts";

/** The format's names of element types, by ONNX Runtime's. */
const codes = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint64: "U64",
  uint32: "U32",
  uint16: "U16",
  uint8: "U8",
  bool: "BOOL",
} as const satisfies Record<keyof typeof elementBytes, string>;

type Kept = keyof typeof codes;

/** What a header may take; the format's own limit. */
const largestHeader = 100_000_000;

/**
 * Writes tensors as a safetensors file: a header in JSON with each tensor's type, shape and place, and then their bytes.
 * Python's `safetensors.numpy.load_file` and `safetensors.torch.load_file` read it.
 *
 * @throws OnwardError `data` for tensors of texts
 *
 * @example
 * ```ts
 * import { float32 } from "onward/core";
 * import { readSafetensors, writeSafetensors } from "onward/runs";
 * const bytes = writeSafetensors(new Map([["weight", float32([1, 2], [2])]]));
 * readSafetensors(bytes, "memory").get("weight")?.dims; // [2]
 * ```
 */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const parts = safetensorsParts(tensors);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same file in parts, one after the other: the header, and the tensors' own memory, of which nothing is copied. */
export function safetensorsParts(tensors: ReadonlyMap<string, Tensor>): Uint8Array[] {
  let end = 0;
  const header: Record<string, object> = {};
  for (const [name, { type, dims, data }] of tensors) {
    if (!isKept(type)) throw new OnwardError("data", { expected: "tensors of numbers", got: type, where: name });
    const begin = end;
    end += data.length * elementBytes[type];
    header[name] = { dtype: codes[type], shape: [...dims], data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces bring the data to a multiple of 8 bytes, so that it can be read in place.
  const length = Math.ceil(text.length / 8) * 8;
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, 8);
  const memory = [...tensors.values()].map(({ data }) => {
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [head, ...memory];
}

/**
 * Reads a safetensors file.
 *
 * @param where - what errors call the file
 * @throws OnwardError `file` when it is truncated, or its header does not fit what follows
 */
export function readSafetensors(bytes: Uint8Array, where: string): Map<string, Tensor> {
  const broken = (expected: string, got: string) => new OnwardError("file", { expected, got, where });
  if (bytes.length < 8) throw broken("a safetensors file", `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > Math.min(largestHeader, bytes.length - 8))
    throw broken("a safetensors header", `one of ${length} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    header = undefined;
  }
  if (typeof header !== "object" || header === null) throw broken("a safetensors header", "no JSON object");
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name !== "__metadata__") tensors.set(name, tensorOf(name, entry, data, where));
  }
  return tensors;
}

function tensorOf(name: string, entry: unknown, data: Uint8Array, where: string): Tensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const type = (Object.keys(codes) as Kept[]).find((key) => codes[key] === dtype);
  const counts = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (type !== undefined && counts(shape) && counts(offsets) && offsets.length === 2) {
    const [begin = 0, end = 0] = offsets;
    if (end <= data.length && end - begin === elementCount(shape) * elementBytes[type]) {
      return tensorOfBytes(type, shape, new Uint8Array(data.subarray(begin, end)));
    }
  }
  throw new OnwardError("file", {
    expected: `tensor ${show(name)} to have a known type and a place in the file`,
    got: show(JSON.stringify(entry)),
    where,
  });
}

const arrays = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function tensorOfBytes(type: Kept, dims: readonly number[], bytes: Uint8Array): Tensor {
  return new Tensor(type, new arrays[type](bytes.buffer as ArrayBuffer) as Float32Array, dims);
}

function isKept(type: string): type is Kept {
  return Object.hasOwn(codes, type);
}
