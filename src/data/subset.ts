import { OnwardError } from "../core/index.ts";
import type { Batch, Source, Variation } from "./source.ts";

/**
 * Makes a source of some samples of another, in the order given.
 *
 * @param name - what errors call it; the other's name if absent
 * @throws OnwardError `data` when a number is not that of a sample
 *
 * @example
 * ```ts
 * import { arrays, subset } from "onward/data";
 * const all = arrays({ inputs: { data: [1, 2, 3], dims: [3, 1] }, labels: [0, 1, 0] });
 * subset(all, Uint32Array.of(0, 2)).size; // 2
 * ```
 */
export function subset(source: Source, samples: Uint32Array, name = source.name): Source {
  const outside = samples.find((sample) => sample >= source.size);
  if (outside !== undefined) {
    const expected = `sample numbers in [0, ${source.size})`;
    throw new OnwardError("data", { expected, got: String(outside), ...(name !== undefined && { where: name }) });
  }
  const { labels } = source;
  const { pick } = source.read;
  const inSource = (indices: Uint32Array) => indices.map((index) => samples[index] ?? source.size);
  return {
    ...source,
    ...(labels && { labels: Int32Array.from(samples, (sample) => labels[sample] as number) }),
    size: samples.length,
    ...(name !== undefined && { name }),
    read: Object.assign(
      (indices: Uint32Array, spent?: Batch, variation?: Variation) => source.read(inSource(indices), spent, variation),
      pick && { pick: (indices: Uint32Array, spent?: Batch) => pick(inSource(indices), spent) },
    ),
  };
}
