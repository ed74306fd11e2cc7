import { freeMemory } from "../core/free-memory.ts";
import { highWord } from "./dyadic.ts";

/** Fewer scores are left to the engine's own sort, and more, for which there may be no second array. */
const worthBuckets = 2 ** 12;
const mostBuckets = 2 ** 24;
/** Buckets are sorted by two digits of so many bits. */
const digitBits = 11;
const digits = 2 ** digitBits;
/** Longer runs of one bucket are left to the engine's own sort. */
const longRun = 48;

/** The high word of a float64 as a 32-bit integer that sorts as the number does. */
export function keyOf(word: number): number {
  // -0 has the word of its sign alone; scores are compared by value afterwards, and 0 must not sort above it.
  if (word === -0x80000000) return 0;
  return word < 0 ? word ^ 0x7fffffff : word;
}

/**
 * Sorts scores in place, ascending, and gives the number of those that are not NaN, which come last. Several times faster
 * than the engine's sort: by their leading bits with two rounds of counting, and then each bucket for itself.
 */
export function sortScores(scores: Float64Array): number {
  let sound = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score === score) scores[sound++] = score;
  }
  scores.fill(NaN, sound);
  if (sound < worthBuckets || sound > mostBuckets) {
    scores.subarray(0, sound).sort();
    return sound;
  }
  const shift = intoBuckets(scores, sound);
  const words = new Int32Array(scores.buffer, scores.byteOffset, 2 * sound);
  for (let start = 0; start < sound;) {
    const bucket = keyOf(words[2 * start + highWord] as number) >> shift;
    let end = start + 1;
    while (end < sound && keyOf(words[2 * end + highWord] as number) >> shift === bucket) end++;
    if (end - start > longRun) scores.subarray(start, end).sort();
    else if (end - start > 1) sortRun(scores, start, end);
    start = end;
  }
  return sound;
}

/** Brings scores into the order of their buckets, which are their keys without some low bits. */
function intoBuckets(scores: Float64Array, length: number): number {
  const words = new Int32Array(scores.buffer, scores.byteOffset, 2 * length);
  let [lowest, highest] = [0x7fffffff, -0x80000000];
  for (let i = 0; i < length; i++) {
    const key = keyOf(words[2 * i + highWord] as number);
    if (key < lowest) lowest = key;
    if (key > highest) highest = key;
  }
  let shift = 0;
  while ((highest >> shift) - (lowest >> shift) >= digits * digits) shift++;
  const first = lowest >> shift;
  const [lowEnds, highEnds] = [new Uint32Array(digits + 1), new Uint32Array(digits + 1)];
  for (let i = 0; i < length; i++) {
    const bucket = (keyOf(words[2 * i + highWord] as number) >> shift) - first;
    const [low, high] = [(bucket & (digits - 1)) + 1, (bucket >> digitBits) + 1];
    lowEnds[low] = (lowEnds[low] as number) + 1;
    highEnds[high] = (highEnds[high] as number) + 1;
  }
  for (let d = 1; d < digits; d++) {
    lowEnds[d] = (lowEnds[d] as number) + (lowEnds[d - 1] as number);
    highEnds[d] = (highEnds[d] as number) + (highEnds[d - 1] as number);
  }
  const other = new Float64Array(length);
  const otherWords = new Int32Array(other.buffer);
  for (let i = 0; i < length; i++) {
    const digit = ((keyOf(words[2 * i + highWord] as number) >> shift) - first) & (digits - 1);
    const at = lowEnds[digit] as number;
    lowEnds[digit] = at + 1;
    other[at] = scores[i] as number;
  }
  for (let i = 0; i < length; i++) {
    const digit = ((keyOf(otherWords[2 * i + highWord] as number) >> shift) - first) >> digitBits;
    const at = highEnds[digit] as number;
    highEnds[digit] = at + 1;
    scores[at] = other[i] as number;
  }
  freeMemory([other, lowEnds, highEnds]);
  return shift;
}

/** Sorts a few scores by insertion. */
function sortRun(scores: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const score = scores[i] as number;
    let at = i;
    while (at > start && (scores[at - 1] as number) > score) {
      scores[at] = scores[at - 1] as number;
      at--;
    }
    scores[at] = score;
  }
}
