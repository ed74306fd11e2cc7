import { OnwardError } from "../core/errors.ts";
import { highWord } from "./dyadic.ts";

/** Labels or predictions as a caller may have them: ONNX gives int64, others what they like. */
export type Labels =
  | BigInt64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Float32Array
  | Float64Array
  | readonly number[];

/** Labels as plain numbers: number i is `values[start + i * stride]`. */
export interface IntegerView {
  readonly values: ArrayLike<number>;
  readonly start: number;
  readonly stride: 1 | 2;
}

/**
 * Views labels as numbers without copying: of int64 the low words, after checking that the high words only carry the sign.
 *
 * @throws OnwardError `data` when an int64 does not fit 32 bits
 */
export function integerView(labels: Labels, where: string): IntegerView {
  if (!(labels instanceof BigInt64Array)) return { values: labels, start: 0, stride: 1 };
  const values = new Int32Array(labels.buffer, labels.byteOffset, labels.length * 2);
  const start = 1 - highWord;
  for (let i = start; i < values.length; i += 2) {
    const low = values[i] as number;
    if (values[i ^ 1] !== low >> 31) {
      throw new OnwardError("data", {
        expected: "an integer that fits 32 bits",
        got: String(labels[i >> 1]),
        where: `${where}, sample ${i >> 1}`,
      });
    }
  }
  return { values, start, stride: 2 };
}
