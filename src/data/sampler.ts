import { OnwardError, Random, checkSeed, show } from "../core/index.ts";

/**
 * Decides which samples an epoch sees, and in which order.
 *
 * A sampler is a pure function of the epoch, so that a resumed run repeats what an uninterrupted one does.
 * It may leave samples out or repeat them: averages divide by the samples seen.
 */
export interface Sampler {
  /** The numbers of the samples to see in this epoch (from 1), for a data set of `size` samples. */
  order(size: number, epoch: number): Uint32Array;
}

/**
 * Makes a sampler that sees every sample once, in the data set's order.
 *
 * @example
 * ```ts
 * import { sequential } from "onward/data";
 * sequential().order(3, 1); // Uint32Array [0, 1, 2]
 * ```
 */
export function sequential(): Sampler {
  return {
    order(size) {
      const order = new Uint32Array(size);
      for (let i = 0; i < size; i++) order[i] = i;
      return order;
    },
  };
}

/**
 * Makes a sampler that sees every sample once, in an order drawn from the seed and the epoch.
 *
 * The permutation is uniform (Fisher-Yates) and another one each epoch; the same seed and epoch give the same order.
 *
 * @throws OnwardError `usage` when the seed is not an integer from 0 to 2^53 - 1, or, in `order`, the epoch is no integer
 *
 * @example
 * ```ts
 * import { shuffled } from "onward/data";
 * const sampler = shuffled({ seed: 7 });
 * sampler.order(5, 1).join() === sampler.order(5, 1).join(); // true
 * ```
 */
export function shuffled({ seed }: { readonly seed: number }): Sampler {
  checkSeed(seed);
  return {
    order(size, epoch) {
      if (!Number.isSafeInteger(epoch)) {
        throw new OnwardError("usage", { expected: "epoch to be an integer", got: show(epoch) });
      }
      return new Random(seed, `shuffle:${epoch}`).permutation(size);
    },
  };
}
