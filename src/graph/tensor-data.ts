import { OnwardError } from "../core/errors.ts";
import { Tensor, elementCount } from "../core/tensor.ts";
import { byteLength, isHostType, type DataType } from "./data-types.ts";

/** A constant of a graph: its elements as little-endian bytes, or as texts. */
export interface TensorData {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
  /** For the type "string" alone. */
  readonly strings?: readonly string[] | undefined;
}

type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

/** Makes a constant from numbers; halves are given as their bit patterns. */
export function tensorData(
  type: keyof typeof arrays,
  dims: readonly number[],
  values: NumericArray | readonly number[],
): TensorData {
  const array: NumericArray = isNumericArray(values)
    ? values
    : type === "int64"
      ? BigInt64Array.from(values, BigInt)
      : type === "uint64"
        ? BigUint64Array.from(values, BigInt)
        : arrays[type].from(values);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (byteLength(type, elementCount(dims)) !== bytes.length) {
    throw new OnwardError("model", {
      expected: `${elementCount(dims)} elements of ${type} for shape [${dims.join(", ")}]`,
      got: `${bytes.length} bytes`,
    });
  }
  return { type, dims, bytes };
}

function isNumericArray(values: NumericArray | readonly number[]): values is NumericArray {
  return ArrayBuffer.isView(values);
}

/** The elements of a constant as a typed array; halves as their bit patterns. The bytes are shared where aligned. */
export function typedArray(data: TensorData): NumericArray {
  if (!(data.type in arrays)) {
    throw new OnwardError("unsupported", { expected: "a tensor of numbers", got: data.type });
  }
  const array = arrays[data.type as keyof typeof arrays];
  const { bytes } = data;
  // Copied by the constructor: what a Buffer calls a slice shares its memory
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / array.BYTES_PER_ELEMENT);
}

/** The elements of a numeric constant as JavaScript numbers. For shapes and small constants. */
export function numbersOf(data: TensorData): number[] {
  return Array.from(typedArray(data) as ArrayLike<number | bigint>, Number);
}

/** A host tensor that shares the constant's memory where it can. */
export function toTensor(data: TensorData): Tensor {
  if (!isHostType(data.type)) {
    throw new OnwardError("unsupported", {
      expected: "an element type that the runtime's tensors hold",
      got: data.type,
    });
  }
  if (data.type === "string") return new Tensor("string", [...(data.strings ?? [])], data.dims);
  return new Tensor(data.type, typedArray(data) as never, data.dims);
}

/** A constant that shares a host tensor's memory. */
export function fromTensor(tensor: Tensor): TensorData {
  if (tensor.type === "string")
    return { type: "string", dims: tensor.dims, bytes: new Uint8Array(), strings: tensor.data as string[] };
  const data = tensor.data as Uint8Array;
  return {
    type: tensor.type,
    dims: tensor.dims,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}
