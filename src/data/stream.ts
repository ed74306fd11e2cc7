import type { Tensor } from "../core/index.ts";
import { checkOptionNames, OnwardError, show } from "../core/index.ts";
import { isBare, type Batch, type Source } from "./source.ts";
import { StreamReader } from "./stream-reader.ts";

/** Batches that come one after the other, of any sizes; a generator, say, or the rows of a database. */
export type Batches = AsyncIterable<Batch> | Iterable<Batch>;

export interface StreamOptions {
  /** How many samples make an epoch; counted by reading through once, if absent. What comes after them is left unread. */
  readonly size?: number;
  /** The shape of one sample, per input where inputs have names; that of the first sample if absent. */
  readonly sampleShape?: Source["sampleShape"];
  /** The name of each class. */
  readonly classNames?: readonly string[];
  /** What errors and run records call it; "stream" if absent. */
  readonly name?: string;
}

/**
 * Makes a source of anything that can be iterated over, of which no more than a batch is held in memory.
 *
 * `open` is called anew for each pass, with the epoch from 1 where it is trained on (undefined elsewhere): it may come in another order
 * then, as a stream is not shuffled. What comes is cut anew into the batches that are asked for. A run that goes on within an epoch
 * reads past what it had seen, so `open` has to give the same for the same epoch.
 *
 * @throws OnwardError `usage` for options that are unknown or out of their range; `data`, here or when it is read, when a stream ends
 * before its samples are complete, or what comes is not alike
 *
 * @example
 * ```ts
 * import { float32, int64 } from "onward/core";
 * import { stream } from "onward/data";
 * async function* rows() {
 *   for (let i = 0; i < 10; i++) yield { inputs: float32([i, -i], [1, 2]), labels: int64([i % 2], [1]) };
 * }
 * const source = await stream(rows);
 * source.size; // 10
 * ```
 */
export async function stream(
  open: (epoch: number | undefined) => Batches,
  options: StreamOptions = {},
): Promise<Source> {
  checkOptionNames("stream", options, ["size", "sampleShape", "classNames", "name"]);
  const { classNames, name = "stream" } = options;
  if (options.size !== undefined && !(Number.isSafeInteger(options.size) && options.size >= 1)) {
    const expected = "size to be a positive integer";
    throw new OnwardError("usage", { expected, got: show(options.size), where: "stream" });
  }
  const known = options.size !== undefined && options.sampleShape !== undefined;
  const seen = known ? undefined : await survey(open(undefined), options.size, name);
  const size = options.size ?? seen?.size ?? 0;
  const sampleShape = options.sampleShape ?? seen?.shape ?? [];
  let reader: StreamReader | undefined;
  let opened: number | undefined;
  return {
    size,
    sampleShape,
    name,
    inOrder: true,
    ...(classNames && { classNames }),
    async read(indices, _spent, variation) {
      const [first = 0] = indices;
      const strange = indices.findIndex((index, i) => index !== first + i || index >= size);
      if (strange >= 0) {
        const expected = `samples one after the other in [0, ${size}), as a stream has no other order`;
        throw new OnwardError("usage", { expected, got: `sample ${String(indices[strange])}`, where: name });
      }
      const epoch = variation?.epoch;
      if (reader === undefined || first < reader.position || epoch !== opened) {
        await reader?.close();
        reader = new StreamReader(open(epoch), name);
        opened = epoch;
      }
      await reader.skip(first - reader.position);
      const batch = await reader.take(indices.length);
      if (reader.position < size) return batch;
      await reader.close();
      reader = undefined;
      return batch;
    },
  };
}

/** Reads up to the first sample, or, where the size is not known, all of it. */
async function survey(
  batches: Batches,
  known: number | undefined,
  name: string,
): Promise<{ size: number; shape: Source["sampleShape"] }> {
  let size = 0;
  let shape: Source["sampleShape"] | undefined;
  for await (const { inputs, labels } of batches) {
    shape ??= isBare(inputs)
      ? inputs.dims.slice(1)
      : Object.fromEntries(
          Object.entries(inputs as Record<string, Tensor>).map(([input, { dims }]) => [input, dims.slice(1)]),
        );
    size += labels.dims[0] ?? 0;
    if (known !== undefined && size > 0) break;
  }
  if (shape !== undefined && size > 0) return { size: known ?? size, shape };
  throw new OnwardError("data", { expected: "at least one sample", got: "none", where: name });
}
