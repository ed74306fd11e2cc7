import { highWord } from "./dyadic.ts";

/** Rows as a counter reads them: the scores of its class, and a label each, below 0 for rows left out. */
export interface RankColumn {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  /** Each row's weight; for a counter made with weights only. */
  readonly weights: Float64Array | undefined;
}

/** What a counter looks scores up in. */
interface RankTables {
  readonly positive: number;
  readonly classes: number;
  readonly scores: Float64Array;
  readonly below: Float64Array | Uint32Array;
  /** Where in the scores each bucket of keys begins. */
  readonly starts: Uint32Array;
  readonly lowest: number;
  readonly highest: number;
  readonly shift: number;
}

/** From this many rows on they are brought into rough order first: look-ups then stay in the processor's cache. */
const worthSorting = 2 ** 15;
/** The most parts of the rough order. */
const mostParts = 2048;
/** The most buckets by which scores are looked up. */
const mostBuckets = 2 ** 22;

/** Memory for sorting, kept for the next time. */
let scratch = makeScratch(0);

function makeScratch(length: number) {
  return { parts: new Uint16Array(length), scores: new Float64Array(length), labels: new Int32Array(length) };
}

/**
 * Counts, for one class, how its negatives' scores lie among its positives' scores: exactly what ROC AUC, average
 * precision, their curves and DeLong's variance are read from, ties included.
 *
 * The positives are sorted once; negatives are only looked up, in any order and any number of portions, so that they
 * never have to be held. Place 2i is the gap below the i-th distinct positive score, place 2i + 1 is equal to it.
 */
export class RankCounter {
  /** The class whose score column is ranked. */
  readonly positive: number;
  /** Negatives at each place: their number, or with weights their weight. */
  readonly negatives: Float64Array | Uint32Array;
  /** With weights: the weight of the positives at each distinct score. */
  readonly positiveWeights: Float64Array | undefined;
  /** Over the negatives of each class: the positives below plus half of those equal, times two, summed. */
  readonly doubledRanks: Float64Array;
  /** Negatives of each class. */
  readonly negativesByClass: Float64Array;
  /** Scores that were NaN, which have no rank: with any of them all reads are NaN. */
  nan = 0;
  /** What rounding has left over of the weights above, added back at the end. */
  readonly #negativeRests: Float64Array | undefined;
  readonly #positiveRests: Float64Array | undefined;
  readonly #tables: RankTables;

  private constructor(tables: RankTables, weighted: boolean) {
    const distinct = tables.scores.length;
    this.#tables = tables;
    this.positive = tables.positive;
    this.negatives = weighted ? new Float64Array(2 * distinct + 1) : new Uint32Array(2 * distinct + 1);
    this.positiveWeights = weighted ? new Float64Array(distinct) : undefined;
    this.#negativeRests = weighted ? new Float64Array(2 * distinct + 1) : undefined;
    this.#positiveRests = weighted ? new Float64Array(distinct) : undefined;
    this.doubledRanks = new Float64Array(tables.classes);
    this.negativesByClass = new Float64Array(tables.classes);
  }

  /** The distinct scores of the positives, ascending. */
  get scores(): Float64Array {
    return this.#tables.scores;
  }

  /** Positives below distinct score i, for i up to and including their number. */
  get below(): Float64Array | Uint32Array {
    return this.#tables.below;
  }

  /**
   * Makes a counter that has counted nothing yet.
   *
   * @param positive - the class whose score column is ranked
   * @param given - the scores of all its rows; sorted in place
   * @param weighted - whether rows have weights; then positives must be counted as well
   */
  static of(positive: number, given: Float64Array, classes: number, weighted: boolean): RankCounter {
    given.sort(); // NaN comes last
    let sound = given.length;
    while (sound > 0 && Number.isNaN(given[sound - 1])) sound--;
    const counter = new RankCounter(tablesOf(positive, given.subarray(0, sound), classes), weighted);
    counter.nan = given.length - sound;
    return counter;
  }

  /** Places rows among the positives; rows of the positive class count only for their weight. */
  count(column: RankColumn): void {
    this.#place(column.labels.length < worthSorting ? column : this.#inRoughOrder(column));
  }

  /** Sorts rows by the leading bits of their scores, by counting; drops those that count for nothing. */
  #inRoughOrder({ scores, labels, weights }: RankColumn): RankColumn {
    const words = new Int32Array(scores.buffer, scores.byteOffset, scores.length * 2);
    const { positive } = this;
    const { lowest, highest, starts } = this.#tables;
    let { shift } = this.#tables;
    for (let buckets = starts.length; buckets > mostParts; buckets >>>= 1) shift++;
    if (scratch.parts.length < labels.length) scratch = makeScratch(labels.length);
    const { parts } = scratch;
    const above = highest < lowest ? 2 : (((highest - lowest) | 0) >>> shift) + 2;
    const ends = new Uint32Array(above + 2);
    const keepPositives = weights !== undefined;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      // Part 0 is for rows that are dropped; what lies below all positives is in part 1, with the lowest of them.
      let part = 0;
      if (label >= 0 && (label !== positive || keepPositives)) {
        const key = keyOf(words[2 * row + highWord] as number);
        part = key < lowest ? 1 : key > highest ? above : (((key - lowest) | 0) >>> shift) + 1;
      }
      parts[row] = part;
      ends[part + 1] = (ends[part + 1] as number) + 1;
    }
    const dropped = ends[1] as number;
    ends[1] = 0;
    ends[0] = labels.length - dropped;
    for (let part = 2; part < ends.length; part++) ends[part] = (ends[part] as number) + (ends[part - 1] as number);
    const sorted = {
      scores: scratch.scores.subarray(0, labels.length - dropped),
      labels: scratch.labels.subarray(0, labels.length - dropped),
      weights: weights && new Float64Array(labels.length - dropped),
    };
    for (let row = 0; row < labels.length; row++) {
      // Dropped rows are written behind the others.
      const part = parts[row] as number;
      const at = ends[part] as number;
      ends[part] = at + 1;
      scratch.scores[at] = scores[row] as number;
      scratch.labels[at] = labels[row] as number;
      if (weights !== undefined && part > 0 && sorted.weights !== undefined)
        sorted.weights[at] = weights[row] as number;
    }
    return sorted;
  }

  #place({ scores, labels, weights }: RankColumn): void {
    const words = new Int32Array(scores.buffer, scores.byteOffset, scores.length * 2);
    const { positive, negatives, doubledRanks, negativesByClass } = this;
    const { scores: values, below, starts, lowest, highest, shift } = this.#tables;
    const distinct = values.length;
    const allDistinct = below[distinct] === distinct;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      if (label < 0 || (label === positive && weights === undefined)) continue;
      const score = scores[row] as number;
      if (score !== score) {
        this.nan++;
        continue;
      }
      const key = keyOf(words[2 * row + highWord] as number);
      let low = 0;
      let high = 0;
      if (key > highest) low = high = distinct;
      else if (key >= lowest) {
        const bucket = ((key - lowest) | 0) >>> shift;
        low = starts[bucket] as number;
        high = starts[bucket + 1] as number;
      }
      // The first distinct score that is not below this one: by halves, and then one after the other.
      while (high - low > 4) {
        const middle = (low + high) >>> 1;
        if ((values[middle] as number) < score) low = middle + 1;
        else high = middle;
      }
      while (low < high && (values[low] as number) < score) low++;
      const tie = low < distinct && values[low] === score ? 1 : 0;
      const place = 2 * low + tie;
      if (weights !== undefined) {
        this.#addWeight(label === positive, place, weights[row] as number);
        continue;
      }
      negatives[place] = (negatives[place] as number) + 1;
      const rank = allDistinct ? place : (below[low] as number) + (below[low + tie] as number);
      doubledRanks[label] = (doubledRanks[label] as number) + rank;
      negativesByClass[label] = (negativesByClass[label] as number) + 1;
    }
  }

  /** Adds to a sum of twice a float64's precision, so that the order of the rows does not show. */
  #addWeight(positive: boolean, place: number, weight: number): void {
    const sums = positive ? this.positiveWeights : this.negatives;
    const rests = positive ? this.#positiveRests : this.#negativeRests;
    const at = positive ? place >>> 1 : place;
    if (sums === undefined || rests === undefined) return;
    const before = sums[at] as number;
    const after = before + weight;
    const part = after - before;
    const rest = (rests[at] as number) + (before - (after - part) + (weight - part));
    sums[at] = after;
    rests[at] = rest;
  }

  /** Rounds the weights to single float64 numbers; to be called once, when everything is counted. */
  finish(): void {
    for (const [sums, rests] of [
      [this.negatives, this.#negativeRests],
      [this.positiveWeights, this.#positiveRests],
    ] as const) {
      if (sums === undefined || rests === undefined) continue;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (rests[i] as number);
    }
  }
}

/** Finds the distinct scores among sorted ones, and where to look for a score by its leading bits. */
function tablesOf(positive: number, positives: Float64Array, classes: number): RankTables {
  let distinct = 0;
  for (let i = 0; i < positives.length; i++) {
    if (i === 0 || positives[i] !== positives[i - 1]) distinct++;
  }
  const below = positives.length < 2 ** 32 ? new Uint32Array(distinct + 1) : new Float64Array(distinct + 1);
  for (let i = 0, at = 0; i < positives.length; i++) {
    const score = positives[i] as number;
    if (i > 0 && score === positives[at - 1]) continue;
    positives[at] = score;
    below[at++] = i;
  }
  below[distinct] = positives.length;
  const scores = positives.subarray(0, distinct);
  const words = new Int32Array(scores.buffer, scores.byteOffset, 2 * distinct);
  const keyAt = (i: number) => keyOf(words[2 * i + highWord] as number);
  // Without positives no key lies between the lowest and the highest.
  const lowest = distinct === 0 ? 1 : keyAt(0);
  const highest = distinct === 0 ? 0 : keyAt(distinct - 1);
  const range = Math.max(0, highest - lowest);
  let shift = 0;
  while (range / 2 ** shift >= Math.max(16, Math.min(2 * distinct, mostBuckets))) shift++;
  const starts = new Uint32Array(Math.floor(range / 2 ** shift) + 2).fill(distinct);
  for (let i = distinct - 1; i >= 0; i--) starts[((keyAt(i) - lowest) | 0) >>> shift] = i;
  for (let b = starts.length - 2; b >= 0; b--) {
    starts[b] = Math.min(starts[b] as number, starts[b + 1] as number);
  }
  return { positive, classes, scores, below, starts, lowest, highest, shift };
}

/** The high word of a float64 as a 32-bit integer that sorts as the number does. */
function keyOf(word: number): number {
  // -0 has the word of its sign alone; scores are compared by value afterwards, and 0 must not sort above it.
  if (word === -0x80000000) return 0;
  return word < 0 ? word ^ 0x7fffffff : word;
}
