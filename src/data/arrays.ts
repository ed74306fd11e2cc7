import { OnwardError, type Tensor } from "../core/index.ts";
import { elementsOf, gather, isArrayData, tensorOf, type ArrayData, type Elements } from "./elements.ts";
import { labelsOf, type LabelData } from "./labels.ts";
import type { Preprocessing } from "./preprocessing.ts";
import type { Batch, Source } from "./source.ts";

export interface ArraysOptions {
  /** All samples, or all samples of each named input. */
  readonly inputs: ArrayData | Readonly<Record<string, ArrayData>>;
  /** One label (or row of targets) for each sample. */
  readonly labels: LabelData;
  /** The name of each class; labels outside them are then an error. */
  readonly classNames?: readonly string[];
  /** A label that `classNames` does not cover and that marks samples to leave out, like -100. */
  readonly ignoreIndex?: number;
  /** How the inputs were made from raw values; it travels in the model file. */
  readonly preprocessing?: Preprocessing;
  /** What errors call the data set; "arrays" if absent. */
  readonly name?: string;
}

/**
 * Makes a source from tensors or typed arrays in memory.
 *
 * Typed arrays are used in place, so leave them as they are while the source is in use. Inputs keep their element type
 * (plain numbers become float32). Integer labels become int64 class indices; a Float32Array of labels stays as it is.
 *
 * @throws OnwardError `data` when there are no samples, when inputs and labels differ in number, when a shape does not
 * fit its values, when a value is NaN, or when a label is outside `classNames`
 *
 * @example
 * ```ts
 * import { arrays } from "onward/data";
 * const xor = arrays({
 *   inputs: { data: [0, 0, 0, 1, 1, 0, 1, 1], dims: [4, 2] },
 *   labels: [0, 1, 1, 0],
 *   classNames: ["same", "different"],
 * });
 * xor.size; // 4
 * ```
 */
export function arrays(options: ArraysOptions): Source {
  const { inputs, classNames, preprocessing, name = "arrays" } = options;
  const named = isArrayData(inputs) ? undefined : inputs;
  const columns: Record<string, Elements> = {};
  for (const [input, data] of Object.entries(named ?? { inputs: inputs as ArrayData })) {
    columns[input] = elementsOf(data, `${name}, ${named ? `input ${input}` : "inputs"}`);
  }
  const labels = labelsOf(options.labels, `${name}, labels`, options);
  const size = labels.dims[0] as number;
  if (Object.keys(columns).length === 0) throw new OnwardError("data", { expected: "at least one input", got: "none" });
  for (const [input, { dims }] of Object.entries(columns)) {
    if (dims[0] === size) continue;
    throw new OnwardError("data", {
      expected: `as many labels as samples, ${String(dims[0])} of ${named ? `input ${input}` : "the inputs"}`,
      got: `${size} labels`,
      where: name,
    });
  }
  const classes = classLabels(labels);
  const only = named ? undefined : columns["inputs"];
  const all = only ? tensorOf(only) : mapValues(columns, tensorOf);
  return {
    size,
    name,
    sampleShape: only ? sampleShape(only) : mapValues(columns, sampleShape),
    ...(classNames && { classNames }),
    ...(classes && { labels: classes }),
    ...(preprocessing && { preprocessing }),
    read: Object.assign(
      (indices: Uint32Array, spent?: Batch): Batch => ({
        inputs: only
          ? gather(only, indices, name, inputOf(spent))
          : mapValues(columns, (column, input) => gather(column, indices, name, inputOf(spent, input))),
        labels: gather(labels, indices, name, spent?.labels),
      }),
      {
        pick: (indices: Uint32Array, spent?: Batch): Batch => ({
          inputs: all,
          labels: gather(labels, indices, name, spent?.labels),
          rows: new Int32Array(indices.buffer, indices.byteOffset, indices.length),
        }),
      },
    ),
  };
}

/** Class indices, one for each sample, as plain integers: the low halves of the 64-bit ones. */
function classLabels({ type, values, dims }: Elements): Int32Array | undefined {
  if (type !== "int64" || dims.length !== 1) return undefined;
  const { buffer, byteOffset, length } = values as BigInt64Array;
  const halves = new Int32Array(buffer, byteOffset, 2 * length);
  const classes = new Int32Array(length);
  for (let i = 0; i < length; i++) classes[i] = halves[2 * i] as number;
  return classes;
}

function sampleShape({ dims }: Elements): readonly number[] {
  return dims.slice(1);
}

function inputOf(batch: Batch | undefined, input?: string): Tensor | undefined {
  return (input === undefined ? batch?.inputs : (batch?.inputs as Record<string, Tensor>)?.[input]) as
    Tensor | undefined;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
