import { RankCounter, type RankedSummary, rankedSummary } from "../metrics/index.ts";
import type { ScoredRows } from "./judge-rows.ts";

/** Scores of positives that may be held at once: with their counts about 1 GB. */
export const mostHeld = 48 * 2 ** 20;
const blockLength = 2 ** 16;

/** What a collector has gathered. */
export interface Gathered {
  /** The scores of each class, in parts. */
  readonly positives: readonly (readonly Float64Array[])[];
  readonly support: Float64Array;
  /** Whether it was more than may be held; then nothing is there. */
  readonly full: boolean;
}

/**
 * Gathers, in a first pass over the rows, for each class the scores of its own rows; every row gives one score, whatever
 * the number of classes. A second pass counts where the other rows lie among them.
 */
export class RankCollector {
  readonly classes: number;
  /** The classes that this pass gathers. */
  readonly wanted: ReadonlySet<number>;
  readonly #isWanted: Uint8Array;
  readonly #blocks: Float64Array[][];
  readonly #lengths: Float64Array;
  /** Rows of each class that others have gathered. */
  readonly #support: Float64Array;
  /** What other collectors gathered, by class. */
  readonly #adopted: Float64Array[][];
  readonly #most: number;
  #held = 0;
  #full = false;
  #weighted = false;

  constructor(classes: number, wanted: Iterable<number> = Array(classes).keys(), most = mostHeld) {
    this.classes = classes;
    this.#most = most;
    this.wanted = new Set(wanted);
    this.#isWanted = new Uint8Array(classes);
    for (const k of this.wanted) this.#isWanted[k] = 1;
    this.#blocks = Array.from({ length: classes }, () => []);
    this.#adopted = Array.from({ length: classes }, () => []);
    this.#lengths = new Float64Array(classes);
    this.#support = new Float64Array(classes);
  }

  /** Whether there was more than may be held: then classes have to be gathered in rounds. */
  get full(): boolean {
    return this.#full;
  }

  /** Rows of each class so far. */
  get support(): Float64Array {
    return this.#lengths.map((own, k) => own + (this.#support[k] as number));
  }

  add({ labels, probabilities, weights }: Pick<ScoredRows, "labels" | "probabilities" | "weights">): void {
    if (weights !== undefined) this.#weighted = true;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      const length = this.#lengths[label] as number;
      this.#lengths[label] = length + 1;
      if (this.#full || this.#isWanted[label] === 0) continue;
      const blocks = this.#blocks[label] as Float64Array[];
      const at = length & (blockLength - 1);
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
    this.#forgetIfFull();
  }

  #forgetIfFull(): void {
    if (this.#held > this.#most && this.wanted.size > 1) this.#full = true;
    if (!this.#full) return;
    for (const blocks of this.#blocks) blocks.length = 0;
    for (const parts of this.#adopted) parts.length = 0;
  }

  /** The gathered scores of a class, in parts; they are given away. */
  parts(k: number): Float64Array[] {
    const blocks = this.#blocks[k]?.splice(0) ?? [];
    const rest = (this.#lengths[k] as number) % blockLength;
    const last = blocks.at(-1);
    if (last !== undefined && rest > 0) blocks[blocks.length - 1] = last.slice(0, rest);
    return [...blocks, ...(this.#adopted[k]?.splice(0) ?? [])];
  }

  /** All that was gathered; it is given away. */
  give(): Gathered {
    const positives = Array.from({ length: this.classes }, (_, k) => this.parts(k));
    return { positives, support: this.support, full: this.#full };
  }

  /** Adds what another collector has gathered. */
  adopt({ positives, support, full }: Gathered): void {
    if (full) this.#full = true;
    for (const [k, parts] of positives.entries()) {
      this.#adopted[k]?.push(...parts);
      this.#held += parts.reduce((sum, { length }) => sum + length, 0);
      this.#support[k] = (this.#support[k] as number) + (support[k] as number);
    }
    this.#forgetIfFull();
  }

  /** The counters of the wanted classes, to be fed with all rows. The gathered scores are given away. */
  counters(): RankCounter[] {
    const classes = [...this.wanted].map((k) => ({ k, parts: this.parts(k) }));
    return countersOf(classes, this.classes, this.#weighted);
  }

  /** The classes in groups that may be held at once. */
  rounds(): number[][] {
    const rounds: number[][] = [[]];
    const { support: supports } = this;
    let held = 0;
    for (let k = 0; k < this.classes; k++) {
      const support = supports[k] as number;
      if (held + support > this.#most && held > 0) {
        rounds.push([]);
        held = 0;
      }
      rounds.at(-1)?.push(k);
      held += support;
    }
    return rounds;
  }
}

/** Makes the counters of classes from their gathered scores, which are forgotten. */
export function countersOf(
  gathered: readonly { readonly k: number; readonly parts: Float64Array[] }[],
  classes: number,
  weighted: boolean,
): RankCounter[] {
  return gathered.map(({ k, parts }) => {
    const scores = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts.splice(0)) {
      scores.set(part, at);
      at += part.length;
    }
    return RankCounter.of(k, scores, classes, weighted);
  });
}

/** What a counter comes to when all rows are counted; after that it can be forgotten. */
export function summaryOf(counter: RankCounter): RankedSummary {
  counter.finish();
  return rankedSummary(counter);
}
