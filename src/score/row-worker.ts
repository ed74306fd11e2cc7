// A thread of a crew: scores the rows that it is sent, gathers scores of positives, and ranks its classes.
import { parentPort, workerData } from "node:worker_threads";
import type { RankedSummary } from "../metrics/index.ts";
import { type Address, kernelsOf } from "./kernels.ts";
import { type Gathered, RankCollector } from "./rank-collector.ts";
import { KernelCounter } from "./rank-kernels.ts";
import { RankPortion } from "./rank-portion.ts";
import { rankRows } from "./rank-rows.ts";
import { blockRows, type BlockRows, RowBlock } from "./row-block.ts";
import { RowKernels } from "./row-kernels.ts";
import type { StateShape } from "./judge-rows.ts";
import { ScoreState } from "./score-state.ts";

/** What a thread is made with. */
export interface Crewman {
  readonly shape: StateShape;
  /** The most scores to gather. */
  readonly most: number;
  readonly memory: WebAssembly.Memory;
  /** Where in the memory the blocks are. */
  readonly blocks: readonly Address[];
  /** Where its kernels for rows may work. */
  readonly rows: Address;
}

/** What a crew asks of a thread. Each task is answered, by a result or the error's fields. */
export type Task =
  | { readonly task: "score" | "gather"; readonly block: number; readonly rows: BlockRows }
  | { readonly task: "rank"; readonly block: number; readonly rows: BlockRows; readonly at: number }
  | { readonly task: "scored" | "gathered" | "ranked" }
  | { readonly task: "gather for"; readonly wanted: readonly number[] }
  | {
      readonly task: "rank against";
      readonly classes: readonly { readonly k: number; readonly parts: Float64Array[]; readonly address: Address }[];
      readonly wanted: readonly number[];
      readonly capacity: number;
      readonly portion: Address;
      readonly scratch: Address;
    }
  | { readonly task: "count"; readonly length: number };

/** What a thread answers: whatever was asked for. */
export interface Answer {
  readonly state?: unknown;
  readonly gathered?: Gathered;
  readonly ranked?: readonly [number, RankedSummary][];
}

const { shape, most, memory, blocks: addresses, rows } = workerData as Crewman;
const kernels = kernelsOf(memory);
const blocks = addresses.map((address) => new RowBlock(shape, memory.buffer, address));
const classes = shape.classes.count;
const rowKernels = new RowKernels(kernels, memory, rows, blockRows(classes), classes);
const state = new ScoreState(shape, rowKernels);
let collector = new RankCollector(classes, undefined, most);
let counters: KernelCounter[] = [];
let portion: RankPortion | undefined;

parentPort?.on("message", (task: Task) => {
  try {
    const answer = answerTo(task);
    const transfer = answer.gathered?.positives.flatMap((parts) => parts.map(({ buffer }) => buffer as ArrayBuffer));
    parentPort?.postMessage(answer, transfer);
  } catch (error) {
    parentPort?.postMessage({ failed: error, ...((error as { fields?: object }).fields ?? {}) });
  }
});

function answerTo(task: Task): Answer {
  switch (task.task) {
    case "score": {
      const scored = state.add(chunkOf(task));
      if (scored !== undefined) collector.add(scored);
      return {};
    }
    case "scored":
      return { state: JSON.parse(JSON.stringify(state)) };
    case "gather for":
      collector = new RankCollector(classes, task.wanted, most);
      return {};
    case "gather":
      collector.add(rankRows(chunkOf(task), shape.classes, shape.options, rowKernels));
      return {};
    case "gathered":
      return { gathered: collector.give() };
    case "rank against":
      counters = task.classes.map(({ k, parts, address }) => {
        const places = { address, scratch: task.scratch };
        return new KernelCounter(kernels, memory, { positive: k, parts, classes }, places);
      });
      portion = new RankPortion(task.wanted, task.capacity, memory.buffer, task.portion);
      return {};
    case "rank": {
      const ranked = rankRows(chunkOf(task), shape.classes, shape.options, rowKernels);
      portion?.write(task.at, task.rows.length, ranked, classes, kernels);
      return {};
    }
    case "count":
      for (const counter of counters) if (portion !== undefined) counter.count(portion, task.length);
      return {};
    case "ranked": {
      const ranked = counters.map((counter): [number, RankedSummary] => [counter.positive, counter.summary()]);
      counters = [];
      portion = undefined;
      return { ranked };
    }
  }
}

function chunkOf({ block, rows }: { readonly block: number; readonly rows: BlockRows }) {
  return (blocks[block] as RowBlock).chunk(rows);
}
