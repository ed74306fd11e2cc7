import { OnwardError, show } from "../core/index.ts";
import { elementsOf, type ArrayData, type Elements, type NumericArray } from "./elements.ts";

/** One label per sample, or labels with a shape. */
export type LabelData = ArrayData | NumericArray | readonly number[];

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
export function labelsOf(labels: LabelData, what: string, { classNames, ignoreIndex }: LabelLimits): Elements {
  const { type, values, dims } = elementsOf(shaped(labels), what);
  if (type.startsWith("float")) return { type, values, dims };
  const classes = values instanceof BigInt64Array ? values : new BigInt64Array(values.length);
  if (classes !== values) values.forEach((value, i) => (classes[i] = BigInt(value)));
  if (classNames !== undefined) {
    const count = BigInt(classNames.length);
    const ignored = ignoreIndex === undefined ? undefined : BigInt(ignoreIndex);
    const wrong = classes.findIndex((label) => (label < 0n || label >= count) && label !== ignored);
    if (wrong >= 0) {
      throw new OnwardError("data", {
        expected: `label to be in [0, ${count})`,
        got: String(classes[wrong]),
        where: `${what}, row ${Math.floor(wrong / (classes.length / (dims[0] as number)))}`,
      });
    }
  }
  return { type: "int64", values: classes, dims };
}

function shaped(labels: LabelData): ArrayData {
  if ("type" in labels) return labels;
  const { data, dims } = "dims" in labels ? labels : { data: labels, dims: [labels.length] };
  return { data: Array.isArray(data) ? integers(data as readonly number[]) : data, dims };
}

/** Plain numbers are class indices: targets that are not say so by their typed array. */
function integers(values: readonly number[]): BigInt64Array {
  const unsafe = values.find((value) => !Number.isSafeInteger(value));
  if (unsafe === undefined) return BigInt64Array.from(values, BigInt);
  throw new OnwardError("data", {
    expected: "labels in a plain array to be integers",
    got: show(unsafe),
    advice: "give targets that are not classes as a Float32Array",
  });
}
