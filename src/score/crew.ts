import { availableParallelism } from "node:os";
import type { RankedSummary } from "../metrics/index.ts";
import { Hand, handBytes } from "./hand.ts";
import type { StateShape } from "./judge-rows.ts";
import { mostHeld, RankCollector } from "./rank-collector.ts";
import { KernelMemory } from "./kernels.ts";
import { rankKernelBytes, rankScratchBytes } from "./rank-kernels.ts";
import { portionBytes, portionRows } from "./rank-portion.ts";
import type { RowChunk } from "./row-chunk.ts";
import { blockRows } from "./row-block.ts";
import { ScoreState } from "./score-state.ts";

/** Files of fewer bytes are scored before a crew would be ready, unless one is asked for. */
const worthACrew = 16 * 2 ** 20;
/** How much more than its share of the gathered scores a thread may have. */
const unevenness = 1.25;
/** More threads than this wait for the one that reads. */
const mostThreads = 4;

/** What a crew does with rows: scores them, gathers the scores of positives, or writes them down for ranking. */
export type Work = "score" | "gather" | "rank";

/** How many threads, and what they may hold. */
export interface CrewOptions {
  /** As many as there are processors when absent. */
  readonly threads?: number;
  /** Scores of positives that are held at once. */
  readonly held?: number;
}

/**
 * Scores rows in several threads. States are exact and merge, and each class is ranked by one thread, so it gives the bits of
 * one thread, whichever thread had which rows.
 */
export class Crew {
  readonly #shape: StateShape;
  readonly #hands: Hand[];
  readonly #held: number;
  readonly #kernels: KernelMemory;
  /** What of the kernel memory is not for ranking. */
  readonly #mark: number;
  #work: Work = "score";
  /** The rows that are written down and not yet counted, and the most of them. */
  #portion = { length: 0, capacity: 0 };

  private constructor(shape: StateShape, size: number, held: number, kernels: KernelMemory) {
    this.#shape = shape;
    this.#held = held;
    this.#kernels = kernels;
    this.#hands = Array.from({ length: size }, () => new Hand(shape, (unevenness * held) / size, kernels));
    this.#mark = kernels.mark();
  }

  /**
   * Makes a crew where one is of use: for large files, and without what goes by the order or the groups of rows. None where the
   * sources run as they are, as threads need JavaScript.
   */
  static of(shape: StateShape, bytes: number, options: CrewOptions): Crew | undefined {
    const { threads = availableParallelism(), held = mostHeld } = options;
    const { batch, batchSize, by, weight } = shape.options;
    const simple = batch === undefined && batchSize === undefined && by === undefined && weight === undefined;
    const size = Math.min(threads, mostThreads);
    const worth = simple && size > 1 && (options.threads !== undefined || bytes >= worthACrew);
    if (!worth || !import.meta.url.endsWith(".js")) return undefined;
    const kernels = KernelMemory.ofProcess();
    return kernels?.holds(size * handBytes(shape)) === true ? new Crew(shape, size, held, kernels) : undefined;
  }

  /** Hands rows to a thread. */
  async give(work: Work, chunk: RowChunk): Promise<void> {
    this.#work = work;
    let hand = this.#hands[0] as Hand;
    if (hand.append(chunk)) return;
    await this.#send(hand);
    // The next block is that of the thread with the least to do.
    hand = this.#hands.reduce((best, next) => (next.idle > best.idle ? next : best));
    if (hand.idle === 0) {
      await Promise.race(this.#hands.map((each) => each.ready()));
      hand = this.#hands.find(({ idle }) => idle > 0) ?? hand;
    }
    this.#hands.splice(this.#hands.indexOf(hand), 1);
    this.#hands.unshift(hand);
    hand.append(chunk);
  }

  /** Hands over what is left of a file's rows: no block spans files. */
  async endFile(): Promise<void> {
    const [hand] = this.#hands;
    if (hand !== undefined) await this.#send(hand);
  }

  async #send(hand: Hand): Promise<void> {
    if (hand.filled === 0) return;
    if (this.#work !== "rank") return hand.send((block, rows) => ({ task: this.#work as "score", block, rows }));
    if (this.#portion.length + hand.filled > this.#portion.capacity) await this.#count();
    const at = this.#portion.length;
    this.#portion.length += hand.filled;
    hand.send((block, rows) => ({ task: "rank", block, rows, at }));
  }

  async #settled(): Promise<void> {
    await this.endFile();
    await Promise.all(this.#hands.map((hand) => hand.settled()));
  }

  /** The state of all rows. */
  async scored(): Promise<ScoreState> {
    await this.#settled();
    const state = new ScoreState(this.#shape);
    for (const hand of this.#hands) {
      const { state: part } = await hand.ask({ task: "scored" });
      state.merge(ScoreState.fromJSON(this.#shape, part));
    }
    return state;
  }

  /** Starts to gather the scores of some classes. */
  async gatherFor(wanted: readonly number[]): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.ask({ task: "gather for", wanted })));
  }

  /** What there is to rank of the classes that were gathered: of all, with the first pass. */
  async gathered(wanted?: readonly number[]): Promise<RankCollector> {
    await this.#settled();
    const collector = new RankCollector(this.#shape.classes.count, wanted, this.#held);
    for (const hand of this.#hands) {
      const { gathered } = await hand.ask({ task: "gathered" });
      if (gathered !== undefined) collector.adopt(gathered);
    }
    return collector;
  }

  /** Whether the classes of a collector can be ranked together; if not, it has to be done without a crew. */
  canRank(collector: RankCollector): boolean {
    const { scratch, classes, portion } = this.#ranking(collector);
    const bytes = [...classes.values()].reduce((sum, each) => sum + each + 64, 0);
    return this.#kernels.holds(bytes + this.#hands.length * (scratch + 64) + portion + 64);
  }

  /** What ranking takes: of each class, of each thread, and of the rows that threads share, in bytes. */
  #ranking({ wanted, support }: RankCollector) {
    const count = this.#shape.classes.count;
    const capacity = portionRows(wanted.size, blockRows(count));
    const classes = new Map([...wanted].map((k) => [k, rankKernelBytes(support[k] ?? 0, count)]));
    return {
      capacity,
      classes,
      scratch: rankScratchBytes(capacity),
      portion: portionBytes(wanted.size, capacity),
    };
  }

  /** Prepares to rank: each thread sorts the scores of its classes, and all share a portion of rows. */
  async rankAgainst(collector: RankCollector): Promise<void> {
    const wanted = [...collector.wanted];
    const needed = this.#ranking(collector);
    const { capacity } = needed;
    this.#kernels.release(this.#mark);
    const portion = this.#kernels.allocate(needed.portion);
    this.#portion = { length: 0, capacity };
    const ready = this.#hands.map((hand, h) => {
      const scratch = this.#kernels.allocate(needed.scratch);
      const share = wanted.filter((_, i) => i % this.#hands.length === h);
      const classes = share.map((k) => {
        const address = this.#kernels.allocate(needed.classes.get(k) ?? 0);
        return { k, parts: collector.parts(k), address };
      });
      const transfer = classes.flatMap(({ parts }) => parts.map(({ buffer }) => buffer as ArrayBuffer));
      return hand.ask({ task: "rank against", classes, wanted, capacity, portion, scratch }, transfer);
    });
    await Promise.all(ready);
  }

  async #count(): Promise<void> {
    const { length } = this.#portion;
    await Promise.all(this.#hands.map((hand) => hand.settled()));
    if (length > 0) await Promise.all(this.#hands.map((hand) => hand.ask({ task: "count", length })));
    this.#portion.length = 0;
  }

  /** What the ranks of the classes come to, by class. */
  async ranked(): Promise<ReadonlyMap<number, RankedSummary>> {
    await this.#settled();
    await this.#count();
    const answers = await Promise.all(this.#hands.map((hand) => hand.ask({ task: "ranked" })));
    return new Map(answers.flatMap(({ ranked = [] }) => ranked));
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.dismiss()));
  }
}
