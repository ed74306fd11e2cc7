import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { OnwardError, type ErrorFields } from "../core/index.ts";
import type { RankCounter, RankCounts } from "../metrics/index.ts";
import { mostHeld, RankCollector } from "./rank-collector.ts";
import type { RowChunk } from "./read-rows.ts";
import type { Share, Task } from "./row-worker.ts";
import type { StateShape } from "./judge-rows.ts";
import { ScoreState } from "./score-state.ts";

/** Files of fewer bytes are scored before a crew would be ready. */
const worthACrew = 32 * 2 ** 20;
/** Chunks that may wait for a thread. */
const mostWaiting = 8;

interface Answer {
  readonly share?: Share;
  readonly counts?: readonly RankCounts[];
  readonly failed?: Error;
}

/** A thread and its tasks, which it answers in their order. */
class Hand {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #oldest: Promise<unknown>[] = [];

  constructor(shape: StateShape, most: number) {
    this.#worker = new Worker(new URL("./row-worker.js", import.meta.url), { workerData: { shape, most } });
    this.#worker.on("message", (answer: Answer & Partial<ErrorFields>) => {
      const next = this.#waiting.shift();
      if (answer.failed === undefined) return next?.resolve(answer);
      const { expected } = answer;
      next?.reject(expected === undefined ? answer.failed : new OnwardError("data", { ...answer, expected }));
    });
    this.#worker.on("error", (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  async ask(task: Task, transfer: ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(task, transfer);
    });
  }

  /** Hands rows over; waits when too many are waiting. */
  async give(task: "score" | "rank", chunk: RowChunk): Promise<void> {
    const copy = <T extends Float64Array | Int32Array>(values: T | undefined) => values && (values.slice() as T);
    const [labels, scores, predictions] = [copy(chunk.labels), copy(chunk.scores), copy(chunk.predictions)];
    const [losses, weights] = [copy(chunk.losses), copy(chunk.weights)];
    const owned: RowChunk = { ...chunk, owner: undefined, labels, scores, predictions, losses, weights };
    const transfer = [labels, scores, predictions, losses, weights].flatMap((values) =>
      values ? [values.buffer as ArrayBuffer] : [],
    );
    const answer = this.ask({ task, chunk: owned }, transfer);
    answer.catch(() => undefined); // it is reported when it is awaited
    this.#oldest.push(answer);
    if (this.#oldest.length > mostWaiting) await this.#oldest.shift();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#oldest.splice(0));
  }

  async dismiss(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Scores rows in several threads. States are exact and merge, so it gives the bits of one thread, whichever thread had
 * which rows.
 */
export class Crew {
  readonly #shape: StateShape;
  readonly #hands: Hand[];
  #turn = 0;

  private constructor(shape: StateShape, size: number) {
    this.#shape = shape;
    this.#hands = Array.from({ length: size }, () => new Hand(shape, mostHeld / size));
  }

  /**
   * Makes a crew where one is of use: for large files, and without what goes by the order or the groups of rows. None where the
   * sources run as they are, as threads need JavaScript.
   */
  static of(shape: StateShape, bytes: number, threads = availableParallelism()): Crew | undefined {
    const { batch, batchSize, by, weight } = shape.options;
    const simple = batch === undefined && batchSize === undefined && by === undefined && weight === undefined;
    const size = Math.min(threads, 4);
    if (!simple || size < 2 || bytes < worthACrew || !import.meta.url.endsWith(".js")) return undefined;
    return new Crew(shape, size);
  }

  /** Hands rows to the next thread. */
  async give(task: "score" | "rank", chunk: RowChunk): Promise<void> {
    await this.#hands[this.#turn++ % this.#hands.length]?.give(task, chunk);
  }

  /** The state of all rows, and what there is to rank. */
  async scored(): Promise<{ state: ScoreState; collector: RankCollector }> {
    const state = new ScoreState(this.#shape);
    const collector = new RankCollector(this.#shape.classes.count);
    for (const hand of this.#hands) {
      await hand.settled();
      const { share } = await hand.ask({ task: "scored" });
      if (share === undefined) continue;
      state.merge(ScoreState.fromJSON(this.#shape, share.state));
      collector.adopt(share.positives, share.support);
    }
    return { state, collector };
  }

  /** Lets all threads look up in the tables of these counters. */
  async lookUpIn(counters: readonly RankCounter[]): Promise<void> {
    const tables = counters.map((counter) => counter.sharedTables());
    await Promise.all(this.#hands.map((hand) => hand.ask({ task: "look up in", tables })));
  }

  /** Adds to the counters what all threads have counted. */
  async ranked(counters: readonly RankCounter[]): Promise<void> {
    for (const hand of this.#hands) {
      await hand.settled();
      const { counts = [] } = await hand.ask({ task: "ranked" });
      for (const [i, counter] of counters.entries()) {
        const part = counts[i];
        if (part !== undefined) counter.add(part);
      }
    }
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.dismiss()));
  }
}
