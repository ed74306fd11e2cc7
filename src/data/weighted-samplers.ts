import { OnwardError, Random, checkSeed, show } from "../core/index.ts";
import type { Sampler } from "./sampler.ts";

/**
 * Makes a sampler that draws samples with replacement, each with a probability proportional to its weight.
 *
 * As many as there are samples are drawn an epoch, or `count`. PyTorch's WeightedRandomSampler with replacement.
 *
 * @throws OnwardError `usage` when a weight is negative or not finite, none is positive, or, in `order`, they are not as many as
 * the samples
 *
 * @example
 * ```ts
 * import { weighted } from "onward/data";
 * weighted([0, 1, 1], { seed: 7 }).order(3, 1).includes(0); // false
 * ```
 */
export function weighted(
  weights: ArrayLike<number>,
  { seed, count }: { readonly seed: number; readonly count?: number },
): Sampler {
  checkSeed(seed);
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (!(weight >= 0) || weight === Infinity) {
      const expected = "weights to be finite and at least 0";
      throw new OnwardError("usage", { expected, got: show(weight), where: `weight ${i}` });
    }
    sums[i] = sum += weight;
  }
  if (!(sum > 0)) throw new OnwardError("usage", { expected: "a weight above 0", got: "none" });
  if (count !== undefined && (!Number.isSafeInteger(count) || count < 1)) {
    throw new OnwardError("usage", { expected: "count to be a positive integer", got: show(count) });
  }
  return {
    order(size, epoch) {
      if (size !== weights.length) {
        throw new OnwardError("usage", {
          expected: `${size} weights, one for each sample`,
          got: String(weights.length),
        });
      }
      const random = new Random(seed, `weighted:${epoch}`);
      return Uint32Array.from({ length: count ?? size }, () => firstAbove(sums, random.uniform(0, sum)));
    },
  };
}

/**
 * Makes a sampler that draws each class equally often on average, with replacement.
 *
 * A sample of a class of n has the weight 1/n.
 *
 * @param labels - the class index of each sample
 * @throws OnwardError `usage` as `weighted` does
 *
 * @example
 * ```ts
 * import { classBalanced } from "onward/data";
 * classBalanced([0, 0, 0, 1], { seed: 7 }).order(4, 1).length; // 4, about half of them the last
 * ```
 */
export function classBalanced(
  labels: ArrayLike<number>,
  options: { readonly seed: number; readonly count?: number },
): Sampler {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) counts.set(labels[i] as number, (counts.get(labels[i] as number) ?? 0) + 1);
  return weighted(
    Float64Array.from(labels, (label) => 1 / (counts.get(label) as number)),
    options,
  );
}

/**
 * Makes a sampler that sees every sample once, in an order where every stretch has nearly the classes' shares.
 *
 * The samples of a class are shuffled and spread evenly over the epoch: of n, the i-th stands at (i + u) / n with u uniform in [0, 1)
 * for the class and epoch. So a stretch of m of N samples holds m n / N of the class, to within one plus the number of classes.
 *
 * @param labels - the class index of each sample
 * @throws OnwardError `usage` when, in `order`, the labels are not as many as the samples
 *
 * @example
 * ```ts
 * import { stratified } from "onward/data";
 * stratified([0, 0, 1, 1], { seed: 7 }).order(4, 1).length; // 4, classes in turn
 * ```
 */
export function stratified(labels: ArrayLike<number>, { seed }: { readonly seed: number }): Sampler {
  checkSeed(seed);
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const members = classes.get(label);
    if (members === undefined) classes.set(label, [i]);
    else members.push(i);
  }
  return {
    order(size, epoch) {
      if (size !== labels.length) {
        throw new OnwardError("usage", { expected: `${size} labels, one for each sample`, got: String(labels.length) });
      }
      const places = new Float64Array(size);
      for (const [label, members] of classes) {
        const random = new Random(seed, `stratified:${epoch}:${label}`);
        const offset = random.uniform();
        random.permutation(members.length).forEach((member, i) => {
          places[members[member] as number] = (i + offset) / members.length;
        });
      }
      const order = Uint32Array.from({ length: size }, (_, i) => i);
      return order.sort((a, b) => (places[a] as number) - (places[b] as number) || a - b);
    },
  };
}

/**
 * Makes a sampler that sees these samples alone, in an order drawn from the seed and the epoch.
 *
 * PyTorch's SubsetRandomSampler.
 *
 * @throws OnwardError `usage` when, in `order`, a number is not that of a sample
 *
 * @example
 * ```ts
 * import { shuffledSubset } from "onward/data";
 * [...shuffledSubset(Uint32Array.of(3, 5), { seed: 7 }).order(9, 1)].sort(); // [3, 5]
 * ```
 */
export function shuffledSubset(samples: Uint32Array, { seed }: { readonly seed: number }): Sampler {
  checkSeed(seed);
  return {
    order(size, epoch) {
      const outside = samples.find((sample) => sample >= size);
      if (outside !== undefined) {
        throw new OnwardError("usage", { expected: `sample numbers in [0, ${size})`, got: String(outside) });
      }
      return new Random(seed, `subset:${epoch}`).permutation(samples.length).map((i) => samples[i] as number);
    },
  };
}

/** The first place whose sum is above a value; never one of weight 0. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
