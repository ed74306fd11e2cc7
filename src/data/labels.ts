import { OnwardError, show } from "../core/index.ts";
import { elementsOf, type ArrayData, type Elements } from "./elements.ts";

/** What labels may be, where the classes are known. */
export interface LabelLimits {
  readonly classNames?: readonly string[] | undefined;
  /** A label that marks samples to leave out of loss and accuracy. */
  readonly ignoreIndex?: number | undefined;
}

/**
 * Takes labels as elements: integers as int64, floating-point targets as they are.
 *
 * @param what - what errors call them
 * @throws OnwardError `data` when a class index is outside the known classes
 */
export function labelsOf(data: ArrayData, what: string, { classNames, ignoreIndex }: LabelLimits): Elements {
  const { type, values, dims } = elementsOf(asIntegers(data), what);
  if (type.startsWith("float")) return { type, values, dims };
  const integers = values instanceof BigInt64Array ? values : new BigInt64Array(values.length);
  if (integers !== values) values.forEach((value, i) => (integers[i] = BigInt(value)));
  if (classNames !== undefined) {
    const classes = BigInt(classNames.length);
    const ignored = ignoreIndex === undefined ? undefined : BigInt(ignoreIndex);
    const wrong = integers.findIndex((label) => (label < 0n || label >= classes) && label !== ignored);
    if (wrong >= 0) {
      throw new OnwardError("data", {
        expected: `label to be in [0, ${classes})`,
        got: String(integers[wrong]),
        where: `${what}, row ${Math.floor(wrong / (integers.length / (dims[0] as number)))}`,
      });
    }
  }
  return { type: "int64", values: integers, dims };
}

/** Plain numbers are class indices: targets that are not say so by their typed array. */
function asIntegers(data: ArrayData): ArrayData {
  if (!("values" in data) || !Array.isArray(data.values)) return data;
  const values = data.values as readonly number[];
  const unsafe = values.find((value) => !Number.isSafeInteger(value));
  if (unsafe !== undefined) {
    throw new OnwardError("data", {
      expected: "labels in a plain array to be integers",
      got: show(unsafe),
      advice: "give targets that are not classes as a Float32Array",
    });
  }
  return { values: BigInt64Array.from(values, BigInt), dims: data.dims };
}
