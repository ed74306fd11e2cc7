import { RankCounter, type RankedSummary, rankedSummary } from "../metrics/index.ts";
import type { Address, Kernels } from "./kernels.ts";
import type { RankPortion } from "./rank-portion.ts";

/** As in kernels/rank-tables.ts, which fills the memory that is measured out here. */
const mostBuckets = 2 ** 22;
/** Counts of digits and parts. */
const countBytes = 16_384;
const bytesOfRow = 18;

/** Bytes that ranking so many positives of a class needs. */
export function rankKernelBytes(positives: number, classes: number): number {
  return placesOf(positives, classes).bytes;
}

/** Bytes that a thread needs besides, for portions of so many rows. */
export function rankScratchBytes(capacity: number): number {
  return countBytes + bytesOfRow * capacity;
}

/** Where everything of a class is, from the beginning of its memory on. */
function placesOf(positives: number, classes: number) {
  const sizes = {
    scores: 8 * positives,
    ranks: 8 * classes,
    byClass: 8 * classes,
    found: 24,
    below: 4 * (positives + 1),
    starts: 4 * (Math.max(16, Math.min(2 * positives, mostBuckets)) + 2),
    negatives: 4 * (2 * positives + 1),
  };
  let bytes = 0;
  const at = {} as Record<keyof typeof sizes, number>;
  for (const name of Object.keys(sizes) as (keyof typeof sizes)[]) {
    at[name] = bytes;
    bytes += Math.ceil(sizes[name] / 8) * 8;
  }
  return { at, bytes };
}

/** Counts the ranks of one class in memory that kernels share: a `RankCounter` without weights, to the same bits. */
export class KernelCounter {
  readonly positive: number;
  readonly #kernels: Kernels;
  readonly #buffer: ArrayBufferLike;
  readonly #classes: number;
  readonly #address: Address;
  readonly #at: ReturnType<typeof placesOf>["at"];
  readonly #scratch: Address;
  #nan: number;

  /** @param parts - the scores of all rows of the class; they are given away */
  constructor(
    kernels: Kernels,
    memory: WebAssembly.Memory,
    { positive, parts, classes }: { positive: number; parts: Float64Array[]; classes: number },
    { address, scratch }: { address: Address; scratch: Address },
  ) {
    this.positive = positive;
    this.#kernels = kernels;
    this.#buffer = memory.buffer;
    this.#classes = classes;
    this.#address = address;
    this.#scratch = scratch;
    const positives = parts.reduce((sum, { length }) => sum + length, 0);
    const { at, bytes } = placesOf(positives, classes);
    this.#at = at;
    const scores = new Float64Array(this.#buffer, address, positives);
    let filled = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      scores.set(part, filled);
      filled += part.length;
    }
    // While they are sorted, nothing is counted yet.
    const sound = kernels.sortScores(address, positives, address + at.negatives, scratch);
    new Uint8Array(this.#buffer, address + at.ranks, bytes - at.ranks).fill(0);
    this.#nan = positives - sound;
    kernels.rankTables(address, sound, address + at.below, address + at.starts, address + at.found);
  }

  /** Places the first rows of a portion among the positives. */
  count(portion: RankPortion, length: number): void {
    const { labels, column } = portion.addresses(this.positive);
    const [address, at] = [this.#address, this.#at];
    this.#nan += this.#kernels.countRanks(
      column,
      labels,
      length,
      this.positive,
      address,
      address + at.below,
      address + at.starts,
      address + at.found,
      address + at.negatives,
      address + at.ranks,
      address + at.byClass,
      this.#scratch,
    );
  }

  /** What the counts come to. */
  summary(): RankedSummary {
    const [buffer, address, at] = [this.#buffer, this.#address, this.#at];
    const [distinct = 0, lowest = 0, highest = 0, shift = 0, buckets = 0] = new Int32Array(
      buffer,
      address + at.found,
      5,
    );
    const integers = (place: number) =>
      Float64Array.from(new BigInt64Array(buffer, address + place, this.#classes), Number);
    const tables = {
      scores: new Float64Array(buffer, address, distinct),
      below: new Uint32Array(buffer, address + at.below, distinct + 1),
      starts: new Int32Array(buffer, address + at.starts, buckets),
      lowest,
      highest,
      shift,
    };
    const counts = {
      negatives: new Uint32Array(buffer, address + at.negatives, 2 * distinct + 1),
      doubledRanks: integers(at.ranks),
      negativesByClass: integers(at.byClass),
      nan: this.#nan,
    };
    return rankedSummary(RankCounter.counted(this.positive, tables, counts));
  }
}
