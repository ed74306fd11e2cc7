import { Tensor } from "../core/index.ts";
import type { Batch } from "../data/index.ts";
import { inputFeeds } from "./feeds.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";

/** Feeds for `count` batches of `size` samples that stand one after the other in `batch`, and their number. */
export function stackedBatches(
  prepared: PreparedModel,
  { inputs, labels }: Batch,
  count: number,
  size: number,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = { [names.steps]: new Tensor("int64", BigInt64Array.of(BigInt(count)), []) };
  const stack = (name: string, tensor: Tensor) => {
    feeds[names.stacked(name)] = tensor.reshape([count, size, ...tensor.dims.slice(1)]);
  };
  for (const [name, tensor] of Object.entries(inputFeeds(prepared, inputs))) stack(name, tensor);
  stack(names.labels, labels);
  return feeds;
}
