import { Tensor } from "onnxruntime-common";
import { OnwardError, show } from "./errors.ts";

export { Tensor };

/** Element types that a host tensor can hold here, by ONNX Runtime's names. */
export type ElementType =
  | "float32"
  | "float64"
  | "float16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool"
  | "string";

/** Bytes of one element; strings have no fixed size and are absent. */
export const elementBytes = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
} as const satisfies Record<Exclude<ElementType, "string">, number>;

/** The number of elements of a shape: the product of its dimensions, 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * Makes a float32 tensor from numbers.
 *
 * @throws OnwardError `data` when the count does not fit the shape
 */
export function float32(values: Float32Array | readonly number[], dims: readonly number[]): Tensor {
  checkCount(values.length, dims);
  return new Tensor("float32", values instanceof Float32Array ? values : Float32Array.from(values), dims);
}

/**
 * Makes an int64 tensor from integers.
 *
 * @throws OnwardError `data` when the count does not fit the shape, or a value is not a safe integer
 */
export function int64(values: BigInt64Array | readonly number[], dims: readonly number[]): Tensor {
  checkCount(values.length, dims);
  if (values instanceof BigInt64Array) return new Tensor("int64", values, dims);
  const unsafe = values.find((value) => !Number.isSafeInteger(value));
  if (unsafe !== undefined) throw new OnwardError("data", { expected: "integers", got: show(unsafe) });
  return new Tensor("int64", BigInt64Array.from(values, BigInt), dims);
}

function checkCount(count: number, dims: readonly number[]): void {
  if (count !== elementCount(dims)) {
    throw new OnwardError("data", {
      expected: `${elementCount(dims)} values for shape ${show([...dims])}`,
      got: String(count),
    });
  }
}
