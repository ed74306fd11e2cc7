import { keyOf } from "./key-of";

const digitBits = 11;
const digits = 1 << digitBits;
const longRun: usize = 48 * 8;

/**
 * Sorts scores in place, ascending, and gives the number of those that are not NaN, which come first. Needs as much other memory,
 * and 16 KB for counts.
 */
export function sortScores(scores: usize, length: i32, other: usize, counts: usize): i32 {
  let end = scores;
  for (let at = scores; at < scores + ((<usize>length) << 3); at += 8) {
    const score = load<f64>(at);
    store<f64>(end, score);
    if (score == score) end += 8;
  }
  const shift = intoBuckets(scores, end, other, counts);
  for (let start = scores; start < end;) {
    const bucket = keyOf(start) >> shift;
    let last = start + 8;
    while (last < end && keyOf(last) >> shift == bucket) last += 8;
    if (last - start > longRun) heapSort(start, <i32>((last - start) >> 3));
    else if (last - start > 8) insertionSort(start, last);
    start = last;
  }
  return <i32>((end - scores) >> 3);
}

/** Brings scores into the order of their keys without some low bits, by two digits. */
function intoBuckets(scores: usize, end: usize, other: usize, counts: usize): i32 {
  let lowest = i32.MAX_VALUE;
  let highest = i32.MIN_VALUE;
  for (let at = scores; at < end; at += 8) {
    const key = keyOf(at);
    lowest = min(lowest, key);
    highest = max(highest, key);
  }
  let shift = 0;
  while (<i64>(highest >> shift) - <i64>(lowest >> shift) >= digits * digits) shift++;
  const first = lowest >> shift;
  const high = counts + 4 * digits;
  memory.fill(counts, 0, 8 * digits);
  for (let at = scores; at < end; at += 8) {
    const bucket = (keyOf(at) >> shift) - first;
    countAt(counts, bucket & (digits - 1));
    countAt(high, bucket >> digitBits);
  }
  startsOf(counts);
  startsOf(high);
  for (let at = scores; at < end; at += 8) {
    store<f64>(other + place(counts, ((keyOf(at) >> shift) - first) & (digits - 1)), load<f64>(at));
  }
  const otherEnd = other + (end - scores);
  for (let at = other; at < otherEnd; at += 8) {
    store<f64>(scores + place(high, ((keyOf(at) >> shift) - first) >> digitBits), load<f64>(at));
  }
  return shift;
}

function countAt(counts: usize, digit: i32): void {
  const at = counts + ((<usize>digit) << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/** Where the next of a digit goes, in bytes. */
function place(starts: usize, digit: i32): usize {
  const at = starts + ((<usize>digit) << 2);
  const next = load<u32>(at);
  store<u32>(at, next + 1);
  return (<usize>next) << 3;
}

function startsOf(counts: usize): void {
  let sum = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = load<i32>(counts);
    store<i32>(counts, sum);
    sum += count;
    counts += 4;
  }
}

function insertionSort(start: usize, end: usize): void {
  for (let i = start + 8; i < end; i += 8) {
    const score = load<f64>(i);
    let at = i;
    while (at > start && load<f64>(at - 8) > score) {
      store<f64>(at, load<f64>(at - 8));
      at -= 8;
    }
    store<f64>(at, score);
  }
}

function heapSort(start: usize, length: i32): void {
  let sorted = 1;
  while (sorted < length && at(start, sorted - 1) <= at(start, sorted)) sorted++;
  if (sorted == length) return;
  for (let i = (length >> 1) - 1; i >= 0; i--) sink(start, i, length);
  for (let last = length - 1; last > 0; last--) {
    const top = at(start, 0);
    store<f64>(start, at(start, last));
    store<f64>(start + ((<usize>last) << 3), top);
    sink(start, 0, last);
  }
}

function sink(start: usize, i: i32, length: i32): void {
  const score = at(start, i);
  for (;;) {
    let child = 2 * i + 1;
    if (child >= length) break;
    if (child + 1 < length && at(start, child + 1) > at(start, child)) child++;
    if (!(at(start, child) > score)) break;
    store<f64>(start + ((<usize>i) << 3), at(start, child));
    i = child;
  }
  store<f64>(start + ((<usize>i) << 3), score);
}

function at(start: usize, i: i32): f64 {
  return load<f64>(start + ((<usize>i) << 3));
}
