import { checkNumber, OnwardError, Random, show } from "../core/index.ts";

/** The numbers of the samples of each part, ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly val: Uint32Array;
}

export interface SplitOptions {
  /** The share of the samples that becomes val, above 0 and below 1. */
  readonly fraction: number;
  readonly seed: number;
  /** What errors call the data set. */
  readonly name?: string;
}

/**
 * Splits samples by seed so that each class has the same share in both parts, to within one sample.
 *
 * Of n samples `round(fraction n)` become val, at least one. Each class gives the whole part of `fraction n_c`; what is still
 * wanting comes from the classes with the largest remainders, the first of equal ones. Which samples of a class go is a function of
 * the seed and the class alone.
 *
 * @param labels - the class index of each sample
 * @throws OnwardError `usage` when the fraction is not between 0 and 1, `data` when a part would be empty
 *
 * @example
 * ```ts
 * import { stratifiedSplit } from "onward/data";
 * const { train, val } = stratifiedSplit([0, 0, 0, 0, 1, 1], { fraction: 0.5, seed: 7 });
 * [train.length, val.length]; // [3, 3]: two of class 0 and one of class 1 each
 * ```
 */
export function stratifiedSplit(labels: ArrayLike<number>, { fraction, seed, name = "data" }: SplitOptions): Split {
  checkNumber(name, "val fraction", fraction, { least: 0, below: 1 });
  const wanted = Math.max(1, Math.round(labels.length * fraction));
  if (fraction === 0 || wanted >= labels.length) {
    throw new OnwardError("data", {
      expected: "samples for both train and val",
      got: `${labels.length} samples and a val fraction of ${show(fraction)}`,
      where: name,
    });
  }
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const members = classes.get(label);
    if (members === undefined) classes.set(label, [i]);
    else members.push(i);
  }
  const shares = [...classes]
    .sort(([a], [b]) => a - b)
    .map(([label, members]) => {
      const exact = (members.length * wanted) / labels.length;
      return { label, members, count: Math.floor(exact), remainder: exact - Math.floor(exact) };
    });
  let missing = wanted - shares.reduce((sum, { count }) => sum + count, 0);
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder)) {
    if (missing === 0) break;
    share.count++;
    missing--;
  }
  const inVal = new Uint8Array(labels.length);
  for (const { label, members, count } of shares) {
    const order = new Random(seed, `split:${label}`).permutation(members.length);
    for (const place of order.subarray(0, count)) inVal[members[place] as number] = 1;
  }
  const numbers = (part: number): Uint32Array =>
    Uint32Array.from({ length: labels.length }, (_, i) => i).filter((i) => inVal[i] === part);
  return { train: numbers(0), val: numbers(1) };
}
