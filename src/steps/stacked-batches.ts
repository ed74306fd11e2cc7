import { OnwardError, Tensor } from "../core/index.ts";
import type { Batch } from "../data/index.ts";
import { inputFeeds } from "./feeds.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";

/**
 * Feeds for `count` batches of `size` samples that stand one after the other in `batch`, and their number.
 *
 * @throws OnwardError `data` when it holds another number of samples, or what does not fit the model
 */
export function stackedBatches(
  prepared: PreparedModel,
  { inputs, labels, rows }: Batch,
  count: number,
  size: number,
): Record<string, Tensor> {
  const places = rows ?? inOrder(count * size);
  if (places.length !== count * size) {
    throw new OnwardError("data", { expected: `${count * size} samples`, got: String(places.length) });
  }
  const feeds: Record<string, Tensor> = {
    [names.steps]: new Tensor("int64", BigInt64Array.of(BigInt(count)), []),
    [names.stacked(names.rows)]: new Tensor("int32", places, [count, size]),
    [names.stacked(names.labels)]: labels.reshape([count, size, ...labels.dims.slice(1)]),
  };
  for (const [name, tensor] of Object.entries(inputFeeds(prepared, inputs, size))) feeds[names.all(name)] = tensor;
  return feeds;
}

let counted = new Int32Array();

/** 0, 1, 2, ... */
function inOrder(length: number): Int32Array {
  if (counted.length < length) counted = Int32Array.from({ length: 2 * length }, (_, i) => i);
  return counted.subarray(0, length);
}
