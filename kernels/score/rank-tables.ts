import { keyOf } from "./key-of";

const mostBuckets = 1 << 22;

/**
 * Finds the distinct scores among sorted ones, in their memory, and where to look for a score by its leading bits, as
 * `rankTables` of src/metrics does. Writes `below`, `starts`, and into `found`: how many are distinct, the lowest and the
 * highest key, the shift, and how many buckets there are.
 */
export function rankTables(scores: usize, length: i32, below: usize, starts: usize, found: usize): void {
  let distinct = 0;
  for (let i = 0; i < length; i++) {
    const score = load<f64>(scores + ((<usize>i) << 3));
    if (distinct > 0 && score == load<f64>(scores + ((<usize>(distinct - 1)) << 3))) continue;
    store<f64>(scores + ((<usize>distinct) << 3), score + 0);
    store<i32>(below + ((<usize>distinct) << 2), i);
    distinct++;
  }
  store<i32>(below + ((<usize>distinct) << 2), length);
  const lowest = distinct == 0 ? 1 : keyOf(scores);
  const highest = distinct == 0 ? 0 : keyOf(scores + ((<usize>(distinct - 1)) << 3));
  const range = max<i64>(0, <i64>highest - <i64>lowest);
  const most = max<i64>(16, min<i64>(2 * <i64>distinct, mostBuckets));
  let shift = 0;
  while (range >= most << shift) shift++;
  const buckets = <i32>(range >> shift) + 2;
  let bucket = -1;
  for (let i = 0; i < distinct; i++) {
    const own = (keyOf(scores + ((<usize>i) << 3)) - lowest) >>> shift;
    while (bucket < own) store<i32>(starts + ((<usize>++bucket) << 2), i);
  }
  store<i32>(starts + ((<usize>(buckets - 1)) << 2), distinct);
  store<i32>(found, distinct);
  store<i32>(found, lowest, 4);
  store<i32>(found, highest, 8);
  store<i32>(found, shift, 12);
  store<i32>(found, buckets, 16);
}
