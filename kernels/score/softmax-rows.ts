import { exp, expPair } from "./exp";
import { pairwiseSum } from "./pairwise-sum";

/** Rows that go through each stage together: so few that they stay in the processor's cache. */
const scoresAtOnce = 1 << 11;

/**
 * Turns rows of logits into probabilities, as `softmaxRows` of src/metrics does. Of each row it also gives the highest logit,
 * the sum of the powers of the others, and the class of the highest, or -1 when there is none.
 */
export function softmaxRows(
  scores: usize,
  rows: i32,
  classes: i32,
  probabilities: usize,
  table: usize,
  maxima: usize,
  others: usize,
  highest: usize,
): void {
  const width = (<usize>classes) << 3;
  const step = max(1, scoresAtOnce / classes);
  for (let first = 0; first < rows; first += step) {
    const length = min(step, rows - first);
    const from = scores + <usize>first * width;
    const to = probabilities + <usize>first * width;
    const max = maxima + ((<usize>first) << 3);
    const other = others + ((<usize>first) << 3);
    findMaxima(from, length, width, max, other);
    powers(from, length, width, to, table, max, other);
    divide(from, length, classes, to, max, other, highest + ((<usize>first) << 2));
  }
}

/** Of each row the highest, and by how much it is above the lowest; NaN if not all are finite. */
function findMaxima(scores: usize, rows: i32, width: usize, maxima: usize, ranges: usize): void {
  const even = width & ~15;
  const end = scores + <usize>rows * width;
  for (; scores < end; scores += width) {
    let highest = load<f64>(scores);
    let lowest = highest;
    let probe: f64 = 0;
    if (even > 0) {
      const first = v128.load(scores);
      let high = first;
      let low = first;
      let probes = f64x2.sub(first, first);
      for (let at: usize = 16; at < even; at += 16) {
        const pair = v128.load(scores + at);
        high = f64x2.pmax(high, pair);
        low = f64x2.pmin(low, pair);
        probes = f64x2.add(probes, f64x2.sub(pair, pair));
      }
      highest = f64x2.extract_lane(high, 0);
      lowest = f64x2.extract_lane(low, 0);
      probe = f64x2.extract_lane(probes, 0) + f64x2.extract_lane(probes, 1);
      const otherHigh = f64x2.extract_lane(high, 1);
      const otherLow = f64x2.extract_lane(low, 1);
      if (otherHigh > highest) highest = otherHigh;
      if (otherLow < lowest) lowest = otherLow;
    }
    if (even < width) {
      const last = load<f64>(scores + even);
      if (last > highest) highest = last;
      if (last < lowest) lowest = last;
      probe += last - last;
    }
    store<f64>(maxima, highest);
    store<f64>(ranges, highest - lowest + probe);
    maxima += 8;
    ranges += 8;
  }
}

/** The powers of each row's scores, lowered by the highest. */
function powers(scores: usize, rows: i32, width: usize, to: usize, table: usize, maxima: usize, ranges: usize): void {
  const even = width & ~15;
  const end = scores + <usize>rows * width;
  for (; scores < end; scores += width) {
    const max = load<f64>(maxima);
    const lowered = f64x2.splat(max);
    if (load<f64>(ranges) < 690) {
      for (let at: usize = 0; at < even; at += 16) {
        v128.store(to + at, expPair(f64x2.sub(v128.load(scores + at), lowered), table));
      }
    } else for (let at: usize = 0; at < even; at += 8) store<f64>(to + at, exp(load<f64>(scores + at) - max, table));
    if (even < width) store<f64>(to + even, exp(load<f64>(scores + even) - max, table));
    to += width;
    maxima += 8;
    ranges += 8;
  }
}

/** Divides the powers of each row by their sum. */
function divide(scores: usize, rows: i32, classes: i32, to: usize, maxima: usize, others: usize, highest: usize): void {
  const width = (<usize>classes) << 3;
  const even = width & ~15;
  const end = scores + <usize>rows * width;
  for (; scores < end; scores += width) {
    const max = load<f64>(maxima);
    let first = classes;
    for (let k = classes - 1; k >= 0; k--) first = load<f64>(scores + ((<usize>k) << 3)) == max ? k : first;
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) sum += k == first ? 0 : load<f64>(to + ((<usize>k) << 3));
    const total = pairwiseSum(to, classes);
    store<f64>(others, sum);
    store<i32>(highest, total == total ? first : -1);
    const divisor = f64x2.splat(total);
    for (let at: usize = 0; at < even; at += 16) v128.store(to + at, f64x2.div(v128.load(to + at), divisor));
    if (even < width) store<f64>(to + even, load<f64>(to + even) / total);
    to += width;
    maxima += 8;
    others += 8;
    highest += 4;
  }
}
