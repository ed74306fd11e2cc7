import { freeMemory } from "../core/free-memory.ts";
import { highWord } from "./dyadic.ts";
import { type RankTables, rankTables } from "./rank-tables.ts";
import { keyOf, sortScores } from "./sort-scores.ts";

/** Rows as a counter reads them: the scores of its class, and a label each, below 0 for rows left out. */
export interface RankColumn {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  /** Each row's weight; for a counter made with weights only. */
  readonly weights: Float64Array | undefined;
}

/** What a counter has counted; its fields say what each is. */
export interface RankCounts {
  readonly negatives: Float64Array | Uint32Array;
  readonly doubledRanks: Float64Array;
  readonly negativesByClass: Float64Array;
  readonly nan: number;
}

/** From this many rows on they are brought into rough order first: look-ups then stay in the processor's cache. */
const worthSorting = 2 ** 15;
/** Scores that are compared without asking in between, which mispredicted branches would make slow. */
const comparedAtOnce = 4;
/** The most parts of the rough order. */
const mostParts = 2048;

/** From this many rows of a part on, what they are looked up in is fetched first. */
const worthFetching = 128;

/** Rows in rough order: their scores and labels in turn, so that each row is written to one place. */
interface RoughOrder {
  readonly rows: Float64Array;
  /** Where each part ends. */
  readonly ends: Uint32Array;
  /** Buckets of a part, as a power of two. */
  readonly bits: number;
}

/** Memory for sorting, kept for the next time. */
let scratch = makeScratch(0);

function makeScratch(length: number) {
  return { parts: new Uint16Array(length), rows: new Float64Array(2 * length), fetched: 0 };
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

  private constructor(positive: number, tables: RankTables, counts: Omit<RankCounts, "nan">, weighted: boolean) {
    const distinct = tables.scores.length;
    this.#tables = tables;
    this.positive = positive;
    this.negatives = counts.negatives;
    this.positiveWeights = weighted ? new Float64Array(distinct) : undefined;
    this.#negativeRests = weighted ? new Float64Array(2 * distinct + 1) : undefined;
    this.#positiveRests = weighted ? new Float64Array(distinct) : undefined;
    this.doubledRanks = counts.doubledRanks;
    this.negativesByClass = counts.negativesByClass;
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
   * @param given - the scores of all its rows; sorted in place, and its own from then on, with all the memory they are in
   * @param weighted - whether rows have weights; then positives must be counted as well
   */
  static of(positive: number, given: Float64Array, classes: number, weighted: boolean): RankCounter {
    const sound = sortScores(given);
    const tables = rankTables(given.subarray(0, sound));
    const places = 2 * tables.scores.length + 1;
    const negatives = weighted ? new Float64Array(places) : new Uint32Array(places);
    const counts = { negatives, doubledRanks: new Float64Array(classes), negativesByClass: new Float64Array(classes) };
    const counter = new RankCounter(positive, tables, counts, weighted);
    counter.nan = given.length - sound;
    return counter;
  }

  /** Makes a counter of what was counted elsewhere, without weights. */
  static counted(positive: number, tables: RankTables, counts: RankCounts): RankCounter {
    const counter = new RankCounter(positive, tables, counts, false);
    counter.nan = counts.nan;
    return counter;
  }

  /** Places rows among the positives; rows of the positive class count only for their weight. */
  count(column: RankColumn): void {
    const { scores, labels, weights } = column;
    if (weights === undefined && this.scores.length >= comparedAtOnce) {
      if (labels.length >= worthSorting) this.#placeAll(this.#inRoughOrder(column));
      else {
        const length = this.#inOrder(column);
        this.#placePart(scratch.rows, 0, length);
      }
      return;
    }
    const words = new Int32Array(scores.buffer, scores.byteOffset, scores.length * 2);
    const { scores: values, below } = this.#tables;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      if (label < 0 || (label === this.positive && weights === undefined)) continue;
      const score = scores[row] as number;
      if (score !== score) {
        this.nan++;
        continue;
      }
      const low = this.#find(score, keyOf(words[2 * row + highWord] as number));
      const tie = values[low] === score ? 1 : 0;
      if (weights === undefined)
        this.#countOne(label, 2 * low + tie, (below[low] as number) + (below[low + tie] as number));
      else this.#addWeight(label === this.positive, 2 * low + tie, weights[row] as number);
    }
  }

  /** The first distinct score that is not below this one. */
  #find(score: number, key: number): number {
    const { scores: values, starts, lowest, highest, shift } = this.#tables;
    if (key < lowest) return 0;
    if (key > highest) return values.length;
    const bucket = ((key - lowest) | 0) >>> shift;
    let low = starts[bucket] as number;
    let high = starts[bucket + 1] as number;
    // By halves, and then one after the other.
    while (high - low > 4) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as number) < score) low = middle + 1;
      else high = middle;
    }
    while (low < high && (values[low] as number) < score) low++;
    return low;
  }

  #countOne(label: number, place: number, rank: number): void {
    const { negatives, doubledRanks, negativesByClass } = this;
    negatives[place] = (negatives[place] as number) + 1;
    doubledRanks[label] = (doubledRanks[label] as number) + rank;
    negativesByClass[label] = (negativesByClass[label] as number) + 1;
  }

  /** Gathers negatives as they come, but for those without a score; gives their number. */
  #inOrder({ scores, labels }: RankColumn): number {
    const { positive } = this;
    if (scratch.parts.length < labels.length) scratch = makeScratch(labels.length);
    const { rows } = scratch;
    let at = 0;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      if (label < 0 || label === positive) continue;
      const score = scores[row] as number;
      if (score === score) {
        rows[at] = score;
        rows[at + 1] = label;
        at += 2;
      } else this.nan++;
    }
    return at >> 1;
  }

  /** Sorts negatives by the leading bits of their scores, by counting; drops what has no score. */
  #inRoughOrder({ scores, labels }: RankColumn): RoughOrder {
    const words = new Int32Array(scores.buffer, scores.byteOffset, scores.length * 2);
    const { positive } = this;
    const { lowest, highest, starts } = this.#tables;
    let { shift } = this.#tables;
    for (let buckets = starts.length; buckets > mostParts; buckets >>>= 1) shift++;
    const { length } = labels;
    if (scratch.parts.length < length) scratch = makeScratch(length);
    const { parts, rows } = scratch;
    const above = highest < lowest ? 2 : (((highest - lowest) | 0) >>> shift) + 2;
    const ends = new Uint32Array(above + 2);
    for (let row = 0; row < length; row++) {
      const label = labels[row] as number;
      // Part 0 is for rows that are dropped; what lies below all positives is in part 1, with the lowest of them.
      let part = 0;
      if (label >= 0 && label !== positive) {
        const score = scores[row] as number;
        if (score === score) {
          const key = keyOf(words[2 * row + highWord] as number);
          part = key < lowest ? 1 : key > highest ? above : (((key - lowest) | 0) >>> shift) + 1;
        } else this.nan++;
      }
      parts[row] = part;
      ends[part + 1] = (ends[part + 1] as number) + 1;
    }
    ends[1] = 0;
    for (let part = 2; part < ends.length; part++) ends[part] = (ends[part] as number) + (ends[part - 1] as number);
    for (let row = 0; row < length; row++) {
      const part = parts[row] as number;
      if (part === 0) continue;
      const at = ends[part] as number;
      ends[part] = at + 1;
      rows[2 * at] = scores[row] as number;
      rows[2 * at + 1] = labels[row] as number;
    }
    return { rows, ends, bits: shift - this.#tables.shift };
  }

  /** Places negatives that are in rough order. */
  #placeAll({ rows, ends, bits }: RoughOrder): void {
    for (let part = 1; part < ends.length - 1; part++) {
      const [start, end] = [ends[part - 1] as number, ends[part] as number];
      if (end - start >= worthFetching) scratch.fetched = this.#fetch((part - 1) << bits, part << bits);
      if (end > start) this.#placePart(rows, start, end);
    }
  }

  /**
   * Reads what the rows of some buckets will be looked up in, one after the other, so that no look-up waits for memory. The sum
   * means nothing, but the engine leaves out reads without use.
   */
  #fetch(first: number, end: number): number {
    const { negatives } = this;
    const { scores, below, starts } = this.#tables;
    const last = starts.length - 1;
    const high = starts[Math.min(end, last)] as number;
    let sum = 0;
    for (let i = starts[Math.min(first, last)] as number; i < high; i += 8) {
      sum += (scores[i] as number) + (below[i] as number);
      sum += (negatives[2 * i] as number) + (negatives[Math.min(2 * i + 8, 2 * high)] as number);
    }
    return sum;
  }

  #placePart(rows: Float64Array, start: number, end: number): void {
    const words = new Int32Array(rows.buffer);
    const { negatives, doubledRanks, negativesByClass } = this;
    const { scores: values, below, starts, lowest, highest, shift } = this.#tables;
    const distinct = values.length;
    const allDistinct = below[distinct] === distinct;
    for (let at = 2 * start; at < 2 * end; at += 2) {
      const score = rows[at] as number;
      const key = keyOf(words[2 * at + highWord] as number);
      let low = 0;
      let high = 0;
      if (key > highest) low = high = distinct;
      else if (key >= lowest) {
        const bucket = ((key - lowest) | 0) >>> shift;
        low = starts[bucket] as number;
        high = starts[bucket + 1] as number;
      }
      while (high - low > comparedAtOnce) {
        const middle = (low + high) >>> 1;
        if ((values[middle] as number) < score) low = middle + 1;
        else high = middle;
      }
      // Whatever lies before the bucket is below the score, and whatever lies behind it is above.
      low = Math.min(low, distinct - comparedAtOnce) | 0;
      low +=
        Number((values[low] as number) < score) +
        Number((values[low + 1] as number) < score) +
        Number((values[low + 2] as number) < score) +
        Number((values[low + 3] as number) < score);
      const tie = Number(values[Math.min(low, distinct - 1)] === score);
      const place = (low << 1) | tie;
      negatives[place] = (negatives[place] as number) + 1;
      const label = (rows[at + 1] as number) | 0;
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

  /** Frees its memory without waiting for a collection of garbage; it is not to be used afterwards. Not for one that was `counted` elsewhere. */
  release(): void {
    const { scores, below, starts } = this.#tables;
    freeMemory([new Uint8Array(scores.buffer), below, starts, this.negatives, this.positiveWeights]);
    freeMemory([this.#negativeRests, this.#positiveRests]);
  }
}
