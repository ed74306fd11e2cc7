import { RankCounter, type RankedSummary, rankedSummary } from "../metrics/index.ts";
import type { ScoredRows } from "./judge-rows.ts";

/** Scores of positives that may be held at once: with their counts about 1 GB. */
export const mostHeld = 48 * 2 ** 20;
const blockLength = 2 ** 16;

/**
 * Gathers, in a first pass over the rows, for each class the scores of its own rows; every row gives one score, whatever
 * the number of classes. A second pass counts where the other rows lie among them.
 */
export class RankCollector {
  readonly classes: number;
  /** The classes that this pass gathers. */
  readonly wanted: ReadonlySet<number>;
  readonly #blocks: Float64Array[][];
  readonly #lengths: Float64Array;
  /** What other collectors gathered, by class. */
  readonly #adopted: Float64Array[][] = [];
  readonly #most: number;
  #held = 0;
  #weighted = false;

  constructor(classes: number, wanted: Iterable<number> = Array(classes).keys(), most = mostHeld) {
    this.classes = classes;
    this.#most = most;
    this.wanted = new Set(wanted);
    this.#blocks = Array.from({ length: classes }, () => []);
    this.#lengths = new Float64Array(classes);
  }

  /** Whether there was more than may be held: then classes have to be gathered in rounds. */
  get full(): boolean {
    return this.#held > this.#most && this.wanted.size > 1;
  }

  /** Rows of each class so far. */
  get support(): Float64Array {
    return this.#lengths;
  }

  add({ labels, probabilities, weights }: Pick<ScoredRows, "labels" | "probabilities" | "weights">): void {
    if (weights !== undefined) this.#weighted = true;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      const length = this.#lengths[label] as number;
      this.#lengths[label] = length + 1;
      if (!this.wanted.has(label) || this.full) continue;
      const blocks = this.#blocks[label] ?? [];
      const at = length % blockLength;
      // The first block of a class is small, as there may be many classes.
      if (at === 0 && length > 0) blocks.push(new Float64Array(blockLength));
      if (length === 0) blocks.push(new Float64Array(64));
      let block = blocks[blocks.length - 1] as Float64Array;
      if (at >= block.length) {
        const larger = new Float64Array(Math.min(blockLength, block.length * 4));
        larger.set(block);
        blocks[blocks.length - 1] = block = larger;
      }
      block[at] = probabilities[row * this.classes + label] as number;
      this.#held++;
    }
    if (this.full) for (const blocks of this.#blocks) blocks.length = 0;
  }

  /** The gathered scores of a class; they are given away. */
  take(k: number): Float64Array {
    const scores = new Float64Array(this.full ? 0 : (this.#lengths[k] as number));
    const blocks = this.#blocks[k] ?? [];
    for (const [b, block] of blocks.entries()) {
      scores.set(block.subarray(0, scores.length - b * blockLength), b * blockLength);
    }
    blocks.length = 0;
    return scores;
  }

  /** Adds what another collector has gathered, of every class. */
  adopt(scores: readonly Float64Array[], support: Float64Array): void {
    for (const [k, part] of scores.entries()) {
      this.#adopted[k] = [...(this.#adopted[k] ?? []), part];
      this.#lengths[k] = (this.#lengths[k] as number) + (support[k] as number);
      this.#held += support[k] as number;
    }
  }

  /** The counters of the wanted classes, to be fed with all rows. The gathered scores are given away. */
  counters(): RankCounter[] {
    return [...this.wanted].map((k) => {
      const parts = this.#adopted[k];
      if (parts === undefined) return RankCounter.of(k, this.take(k), this.classes, this.#weighted);
      const scores = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts.splice(0)) {
        scores.set(part, at);
        at += part.length;
      }
      return RankCounter.of(k, scores, this.classes, false);
    });
  }

  /** The classes in groups that may be held at once. */
  rounds(): number[][] {
    const rounds: number[][] = [[]];
    let held = 0;
    for (let k = 0; k < this.classes; k++) {
      const support = this.#lengths[k] as number;
      if (held + support > mostHeld && held > 0) {
        rounds.push([]);
        held = 0;
      }
      rounds.at(-1)?.push(k);
      held += support;
    }
    return rounds;
  }
}

/** What a finished counter comes to; after that it can be forgotten. */
export function summaries(counters: readonly RankCounter[]): RankedSummary[] {
  return counters.map((counter) => {
    counter.finish();
    return rankedSummary(counter);
  });
}
