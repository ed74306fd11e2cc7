import { highWord } from "./dyadic.ts";
import { keyOf } from "./sort-scores.ts";

/** The most buckets by which scores are looked up. */
const mostBuckets = 2 ** 22;

/** The distinct scores of the positives, and where to look a score up among them. */
export interface RankTables {
  /** Ascending. */
  readonly scores: Float64Array;
  /** Positives below distinct score i, for i up to and including their number. */
  readonly below: Float64Array | Uint32Array;
  /** Where in the scores each bucket of keys begins, and where the last one ends. */
  readonly starts: Int32Array;
  readonly lowest: number;
  readonly highest: number;
  readonly shift: number;
}

/** Finds the distinct scores among sorted ones, in their memory, and where to look for a score by its leading bits. */
export function rankTables(positives: Float64Array): RankTables {
  let distinct = positives.length === 0 ? 0 : 1;
  for (let i = 1; i < positives.length; i++) if (positives[i] !== positives[i - 1]) distinct++;
  const below = positives.length < 2 ** 32 ? new Uint32Array(distinct + 1) : new Float64Array(distinct + 1);
  for (let i = 0, at = 0; i < positives.length; i++) {
    const score = positives[i] as number;
    if (at > 0 && score === positives[at - 1]) continue;
    positives[at] = score + 0; // 0 in place of -0
    below[at++] = i;
  }
  below[distinct] = positives.length;
  const scores = positives.subarray(0, distinct);
  const words = new Int32Array(scores.buffer, scores.byteOffset, 2 * distinct);
  // Without positives no key lies between the lowest and the highest.
  const lowest = distinct === 0 ? 1 : keyOf(words[highWord] as number);
  const highest = distinct === 0 ? 0 : keyOf(words[2 * distinct - 2 + highWord] as number);
  const range = Math.max(0, highest - lowest);
  let shift = 0;
  while (range / 2 ** shift >= Math.max(16, Math.min(2 * distinct, mostBuckets))) shift++;
  const starts = new Int32Array(Math.floor(range / 2 ** shift) + 2);
  for (let i = 0, bucket = -1; i < distinct; i++) {
    const own = ((keyOf(words[2 * i + highWord] as number) - lowest) | 0) >>> shift;
    while (bucket < own) starts[++bucket] = i;
  }
  starts[starts.length - 1] = distinct;
  return { scores, below, starts, lowest, highest, shift };
}
