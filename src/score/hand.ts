import { Worker } from "node:worker_threads";
import { builtFile, OnwardError, type ErrorFields } from "../core/index.ts";
import type { RowChunk } from "./row-chunk.ts";
import type { KernelMemory } from "./kernels.ts";
import { blockBytes, blockRows, RowBlock } from "./row-block.ts";
import { rowKernelBytes } from "./row-kernels.ts";
import type { Answer, Crewman, Task } from "./row-worker.ts";
import type { StateShape } from "./judge-rows.ts";

/** Blocks that wait or are worked on, so that no thread waits for rows. */
const blocksOfHand = 3;
/** Blocks of more bytes come alone. */
const largeBlock = 32 * 2 ** 20;

/** How many blocks a thread has. */
function blocksOf(shape: StateShape): number {
  return blockBytes(shape) > largeBlock ? 1 : blocksOfHand;
}

/** Bytes of kernel memory that a thread needs for scoring. */
export function handBytes(shape: StateShape): number {
  const classes = shape.classes.count;
  return blocksOf(shape) * (blockBytes(shape) + 64) + rowKernelBytes(blockRows(classes), classes) + 64;
}

/** A thread and its tasks, which it answers in their order. */
export class Hand {
  readonly #worker: Worker;
  readonly #blocks: RowBlock[];
  readonly #free: RowBlock[];
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  /** What was sent; what failed stays. */
  readonly #pending = new Set<Promise<void>>();
  /** Why the thread is no more. */
  #lost: Error | undefined;

  constructor(shape: StateShape, most: number, kernels: KernelMemory) {
    const classes = shape.classes.count;
    const blocks = Array.from({ length: blocksOf(shape) }, () => kernels.allocate(blockBytes(shape)));
    const rows = kernels.allocate(rowKernelBytes(blockRows(classes), classes));
    const { memory } = kernels;
    this.#blocks = blocks.map((address) => new RowBlock(shape, memory.buffer, address));
    this.#free = [...this.#blocks];
    const workerData: Crewman = { shape, most, memory, blocks, rows };
    // Options of the process, such as a script given on its command line, are not for threads.
    this.#worker = new Worker(builtFile("score/row-worker.js"), { workerData, execArgv: [] });
    this.#worker.on("message", (answer: Answer & { failed?: Error } & Partial<ErrorFields>) => {
      const next = this.#waiting.shift();
      if (answer.failed === undefined) return next?.resolve(answer);
      const { expected } = answer;
      next?.reject(expected === undefined ? answer.failed : new OnwardError("data", { ...answer, expected }));
    });
    this.#worker.on("error", (error: Error) => {
      this.#lost = error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** How many blocks are free. */
  get idle(): number {
    return this.#free.length;
  }

  async ask(task: Task, transfer: ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(task, transfer);
    });
  }

  /** Copies rows into the block that is being filled; false when there is no room, until the block is sent. */
  append(chunk: RowChunk): boolean {
    const block = this.#free[0];
    if (block?.open !== true) return false;
    block.append(chunk);
    return true;
  }

  /** How many rows are in the block that is being filled. */
  get filled(): number {
    return this.#free[0]?.rows?.length ?? 0;
  }

  /** Sends the block that is being filled. */
  send(task: (block: number, rows: NonNullable<RowBlock["rows"]>) => Task): void {
    const block = this.#free[0];
    if (block?.rows === undefined) return;
    this.#free.shift();
    const sent = this.ask(task(this.#blocks.indexOf(block), block.rows)).then(() => {
      block.clear();
      this.#free.push(block);
      this.#pending.delete(sent);
    });
    sent.catch(() => undefined); // it is reported when it is awaited
    this.#pending.add(sent);
  }

  /** Waits until a block is free. */
  async ready(): Promise<void> {
    while (this.#free.length === 0) await Promise.race(this.#pending);
  }

  /** Waits until all blocks are. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async dismiss(): Promise<void> {
    await this.#worker.terminate();
  }
}
