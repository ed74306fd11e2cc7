import type { ElementType } from "../core/tensor.ts";

/** ONNX's tensor element types by their numbers in the file format; names as ONNX Runtime uses them. */
const names = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
  24: "float8e8m0",
  25: "uint2",
  26: "int2",
} as const;

/** An element type of ONNX. */
export type DataType = (typeof names)[keyof typeof names];

const numbers = new Map<string, number>(Object.entries(names).map(([number, name]) => [name, Number(number)]));

/** Bits of one element. Strings have none. */
const bits = {
  float32: 32,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  int32: 32,
  int64: 64,
  bool: 8,
  float16: 16,
  float64: 64,
  uint32: 32,
  uint64: 64,
  complex64: 64,
  complex128: 128,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e4m3fnuz: 8,
  float8e5m2: 8,
  float8e5m2fnuz: 8,
  uint4: 4,
  int4: 4,
  float4e2m1: 4,
  float8e8m0: 8,
  uint2: 2,
  int2: 2,
} as const satisfies Record<Exclude<DataType, "string">, number>;

/** The type of a number in the file format, undefined where it has no meaning. */
export function dataTypeOf(number: number): DataType | undefined {
  return (names as Partial<Record<number, DataType>>)[number];
}

/** The number of a type in the file format. */
export function dataTypeNumber(type: DataType): number {
  return numbers.get(type) ?? 0;
}

/** Bytes of `count` elements, sub-byte types packed; undefined for strings. */
export function byteLength(type: DataType, count: number): number | undefined {
  return type === "string" ? undefined : Math.ceil((bits[type] * count) / 8);
}

/** Whether a gradient can exist for values of this type. */
export function isFloat(type: DataType | undefined): boolean {
  return type === "float32" || type === "float64" || type === "float16" || type === "bfloat16";
}

/** Whether the runtime's JavaScript tensors hold this type. */
export function isHostType(type: DataType): type is ElementType {
  const host: readonly string[] = [
    "float32",
    "float64",
    "float16",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint64",
    "uint32",
    "uint16",
    "uint8",
    "bool",
    "string",
  ];
  return host.includes(type);
}
