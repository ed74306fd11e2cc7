import { TensorProto_DataLocation, type TensorProto } from "onnx-buf";
import { OnwardError, show } from "../core/errors.ts";
import { byteLength, dataTypeOf, type DataType } from "./data-types.ts";
import type { ExternalData } from "./external-data.ts";
import { tensorData, type TensorData } from "./tensor-data.ts";

/** Reads a tensor; its bytes are checked against its shape before anything is copied. */
export function readTensor(proto: TensorProto, model: string, external: ExternalData | undefined): TensorData {
  const where = `tensor ${show(proto.name)} of ${model}`;
  const type = dataTypeOf(proto.dataType);
  if (type === undefined)
    throw new OnwardError("model", { expected: "a known element type", got: String(proto.dataType), where });
  const dims = proto.dims.map(Number);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count)) {
    throw new OnwardError("model", { expected: "dimensions of at least 0", got: show(dims), where });
  }
  if (type === "string") {
    checkLength(proto.stringData.length, count, "texts", where);
    const decoder = new TextDecoder();
    return { type, dims, bytes: new Uint8Array(), strings: proto.stringData.map((bytes) => decoder.decode(bytes)) };
  }
  const expected = byteLength(type, count) ?? 0;
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const bytes = readExternal(proto, expected, where, external);
    checkLength(bytes.length, expected, "bytes", where);
    return { type, dims, bytes };
  }
  if (proto.rawData.length > 0 || count === 0) {
    checkLength(proto.rawData.length, expected, "bytes", where);
    return { type, dims, bytes: proto.rawData };
  }
  return fromFields(proto, type, dims, expected, count, where);
}

function checkLength(got: number, expected: number, unit: string, where: string): void {
  if (got !== expected) throw new OnwardError("model", { expected: `${expected} ${unit}`, got: String(got), where });
}

function readExternal(
  proto: TensorProto,
  expected: number,
  where: string,
  external: ExternalData | undefined,
): Uint8Array {
  const fields = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = fields.get("location");
  const offset = Number(fields.get("offset") ?? 0);
  const length = fields.has("length") ? Number(fields.get("length")) : undefined;
  if (location === undefined || !Number.isSafeInteger(offset) || offset < 0) {
    throw new OnwardError("model", {
      expected: "external data with a location and an offset of at least 0",
      got: show([...fields].join("; ")),
      where,
    });
  }
  if (length !== undefined) checkLength(length, expected, "bytes", where);
  if (external === undefined) {
    throw new OnwardError("model", {
      expected: "a model that holds its weights",
      got: `weights in ${show(location)}`,
      where,
      advice: "read the model from its file, so that its folder is known",
    });
  }
  return external(location, offset, expected, proto.name);
}

/** Elements written one by one in the typed fields of the format. */
function fromFields(
  proto: TensorProto,
  type: DataType,
  dims: number[],
  expected: number,
  count: number,
  where: string,
): TensorData {
  const check = (values: readonly unknown[], perValue = 1) =>
    checkLength(values.length, count * perValue, "elements", where);
  switch (type) {
    case "float32":
      check(proto.floatData);
      return tensorData(type, dims, proto.floatData);
    case "float64":
      check(proto.doubleData);
      return tensorData(type, dims, proto.doubleData);
    case "int64":
      check(proto.int64Data);
      return tensorData(type, dims, BigInt64Array.from(proto.int64Data));
    case "uint64":
      check(proto.uint64Data);
      return tensorData(type, dims, BigUint64Array.from(proto.uint64Data));
    case "uint32":
      check(proto.uint64Data);
      return tensorData(type, dims, Uint32Array.from(proto.uint64Data, Number));
    case "int32":
    case "int16":
    case "uint16":
    case "int8":
    case "uint8":
    case "bool":
    case "float16":
    case "bfloat16":
      check(proto.int32Data);
      return tensorData(type, dims, proto.int32Data);
    default: {
      // Eight-bit floats and packed sub-byte types: one byte a value in int32_data.
      const bytes = Uint8Array.from(proto.int32Data);
      checkLength(bytes.length, expected, "bytes", where);
      return { type, dims, bytes };
    }
  }
}
