import { expect, test } from "vitest";
import { numbersOf, tensorData, type TensorData } from "./tensor-data.ts";

test.each([1, 2, 3, 4])("elements are read from a Buffer at offset %i", (offset) => {
  const { type, dims, bytes } = tensorData("float32", [2], [1.5, -2]);
  const buffer = Buffer.alloc(16);
  buffer.set(bytes, offset);
  const data: TensorData = { type, dims, bytes: buffer.subarray(offset, offset + 8) };
  expect(numbersOf(data)).toEqual([1.5, -2]);
});
