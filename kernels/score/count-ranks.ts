import { keyOf } from "./key-of";

/** The most parts of the rough order. */
const mostParts = 2048;

/**
 * Counts how the negatives of some rows lie among the positives, as `RankCounter.count` of src/metrics does. `found` is what
 * `rankTables` wrote; `scratch` has 18 bytes a row and 16 KB. Ranks and numbers of negatives by class are 64-bit
 * integers. Gives the number of negatives that are NaN.
 */
export function countRanks(
  column: usize,
  labels: usize,
  length: i32,
  positive: i32,
  scores: usize,
  below: usize,
  starts: usize,
  found: usize,
  negatives: usize,
  ranks: usize,
  byClass: usize,
  scratch: usize,
): i32 {
  const distinct = load<i32>(found);
  const lowest = load<i32>(found, 4);
  const highest = load<i32>(found, 8);
  const ends = scratch;
  const rows = scratch + 16384;
  const parts = rows + ((<usize>length) << 4);
  let shift = load<i32>(found, 12);
  for (let buckets = load<i32>(found, 16); buckets > mostParts; buckets >>>= 1) shift++;
  const above = highest < lowest ? 2 : ((highest - lowest) >>> shift) + 2;
  memory.fill(ends, 0, (<usize>(above + 2)) << 2);
  let nan = 0;
  for (let row = 0; row < length; row++) {
    const label = load<i32>(labels + ((<usize>row) << 2));
    const at = column + ((<usize>row) << 3);
    const score = load<f64>(at);
    const key = keyOf(at);
    // Part 0 is for rows that are dropped; what lies below all positives is in part 1, with the lowest of them.
    const inside = ((key - lowest) >>> shift) + 1;
    let part = key < lowest ? 1 : inside;
    part = key > highest ? above : part;
    const negative = i32(label >= 0) & i32(label != positive);
    const sound = i32(score == score);
    nan += negative & (sound ^ 1);
    part = negative & sound ? part : 0;
    store<u16>(parts + ((<usize>row) << 1), <u16>part);
    const end = ends + ((<usize>part) << 2);
    store<i32>(end, load<i32>(end, 4) + 1, 4);
  }
  // Of each part the start; when its rows are written, it is the end.
  store<i32>(ends, 0, 4);
  for (let part = 2; part <= above + 1; part++) {
    const end = ends + ((<usize>part) << 2);
    store<i32>(end, load<i32>(end) + load<i32>(end - 4));
  }
  for (let row = 0; row < length; row++) {
    const part = load<u16>(parts + ((<usize>row) << 1));
    if (part == 0) continue;
    const end = ends + ((<usize>part) << 2);
    const to = load<i32>(end);
    store<i32>(end, to + 1);
    const at = rows + ((<usize>to) << 4);
    store<f64>(at, load<f64>(column + ((<usize>row) << 3)));
    store<i32>(at, load<i32>(labels + ((<usize>row) << 2)), 8);
  }
  const total = load<i32>(ends + ((<usize>above) << 2));
  placeAll(
    rows,
    rows + ((<usize>total) << 4),
    distinct,
    lowest,
    highest,
    load<i32>(found, 12),
    scores,
    below,
    starts,
    negatives,
    ranks,
    byClass,
  );
  return nan;
}

function placeAll(
  row: usize,
  end: usize,
  distinct: i32,
  lowest: i32,
  highest: i32,
  shift: i32,
  scores: usize,
  below: usize,
  starts: usize,
  negatives: usize,
  ranks: usize,
  byClass: usize,
): void {
  const allDistinct = load<i32>(below + ((<usize>distinct) << 2)) == distinct;
  for (; row < end; row += 16) {
    const score = load<f64>(row);
    const key = keyOf(row);
    const bucket = key < lowest ? 0 : (key - lowest) >>> shift;
    let low = distinct;
    let high = distinct;
    if (key <= highest) {
      low = load<i32>(starts + ((<usize>bucket) << 2));
      high = load<i32>(starts + ((<usize>bucket) << 2), 4);
    }
    if (key < lowest) high = low = 0;
    while (high - low > 4) {
      const middle = (low + high) >>> 1;
      if (load<f64>(scores + ((<usize>middle) << 3)) < score) low = middle + 1;
      else high = middle;
    }
    if (distinct >= 4) {
      // Whatever lies before the bucket is below the score, and whatever lies behind it is above.
      low = min(low, distinct - 4);
      const at = scores + ((<usize>low) << 3);
      low +=
        i32(load<f64>(at) < score) +
        i32(load<f64>(at, 8) < score) +
        i32(load<f64>(at, 16) < score) +
        i32(load<f64>(at, 24) < score);
    } else while (low < high && load<f64>(scores + ((<usize>low) << 3)) < score) low++;
    const tie = i32(distinct > 0 && load<f64>(scores + ((<usize>min(low, distinct - 1)) << 3)) == score);
    const place = (low << 1) | tie;
    const count = negatives + ((<usize>place) << 2);
    store<u32>(count, load<u32>(count) + 1);
    let rank = <i64>place;
    if (!allDistinct) {
      const lower = below + ((<usize>low) << 2);
      rank = <i64>load<u32>(lower) + <i64>load<u32>(lower + ((<usize>tie) << 2));
    }
    const label = (<usize>load<i32>(row, 8)) << 3;
    store<i64>(ranks + label, load<i64>(ranks + label) + rank);
    store<i64>(byClass + label, load<i64>(byClass + label) + 1);
  }
}
