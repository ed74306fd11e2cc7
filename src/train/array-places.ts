import { OnwardError, show, Tensor } from "../core/index.ts";

/** What stands in the place of an array that is kept in a file of tensors. */
interface Place {
  readonly tensor: string;
}

/**
 * Takes the arrays of numbers out of what is to be kept as JSON: there may be millions, which digits would make ten times as large.
 *
 * @param tensors - what is taken out, by its path
 */
export function takeArrays(value: unknown, tensors: Map<string, Tensor>, path = ""): unknown {
  if (value instanceof Float64Array || value instanceof Int32Array) {
    const dims = [value.length];
    tensors.set(
      path,
      value instanceof Float64Array ? new Tensor("float64", value, dims) : new Tensor("int32", value, dims),
    );
    return { tensor: path } satisfies Place;
  }
  const inside = (item: unknown, key: string | number) => takeArrays(item, tensors, `${path}/${key}`);
  if (Array.isArray(value)) return value.map(inside);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, key)]));
}

/** Puts back what `takeArrays` took out. @throws OnwardError `file` when a tensor is not there */
export function putArrays(value: unknown, tensors: ReadonlyMap<string, Tensor>, where: string, path = ""): unknown {
  const inside = (item: unknown, key: string | number) => putArrays(item, tensors, where, `${path}/${key}`);
  if (Array.isArray(value)) return value.map(inside);
  if (!isPlain(value)) return value;
  const { tensor: name, ...rest } = value;
  // Only what was taken out from here says so: anything else of that shape is a metric's own.
  if (name === path && Object.keys(rest).length === 0) {
    const tensor = tensors.get(path);
    if (tensor !== undefined) return tensor.data;
    throw new OnwardError("file", { expected: `the tensor ${show(path)}`, got: "none", where });
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, key)]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
