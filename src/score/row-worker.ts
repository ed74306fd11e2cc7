// A thread of a crew: scores the rows that it is sent, gathers scores of positives, and ranks its classes.
import { parentPort, workerData } from "node:worker_threads";
import type { RankCounter, RankedSummary } from "../metrics/index.ts";
import { countersOf, type Gathered, RankCollector, summaryOf } from "./rank-collector.ts";
import { RankPortion } from "./rank-portion.ts";
import { rankRows } from "./rank-rows.ts";
import { blockRows, type BlockRows, RowBlock } from "./row-block.ts";
import type { StateShape } from "./judge-rows.ts";
import { ScoreState } from "./score-state.ts";

/** What a thread is made with. */
export interface Crewman {
  readonly shape: StateShape;
  /** The most scores to gather. */
  readonly most: number;
  readonly blocks: readonly SharedArrayBuffer[];
}

/** What a crew asks of a thread. Each task is answered, by a result or the error's fields. */
export type Task =
  | { readonly task: "score" | "gather"; readonly block: number; readonly rows: BlockRows }
  | { readonly task: "rank"; readonly block: number; readonly rows: BlockRows; readonly at: number }
  | { readonly task: "scored" | "gathered" | "ranked" }
  | { readonly task: "gather for"; readonly wanted: readonly number[] }
  | {
      readonly task: "rank against";
      readonly classes: readonly { readonly k: number; readonly parts: Float64Array[] }[];
      readonly wanted: readonly number[];
      readonly capacity: number;
      readonly memory: SharedArrayBuffer;
    }
  | { readonly task: "count"; readonly length: number };

/** What a thread answers: whatever was asked for. */
export interface Answer {
  readonly state?: unknown;
  readonly gathered?: Gathered;
  readonly ranked?: readonly [number, RankedSummary][];
}

const { shape, most, blocks: memories } = workerData as Crewman;
const blocks = memories.map((memory) => new RowBlock(shape, memory));
const state = new ScoreState(shape);
const classes = shape.classes.count;
/** Probabilities of the rows that are ranked or gathered. */
const memory = new Float64Array(blockRows(classes) * classes);
let collector = new RankCollector(classes, undefined, most);
let counters: RankCounter[] = [];
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
      collector.add(rankRows(chunkOf(task), shape.classes, shape.options, memory));
      return {};
    case "gathered":
      return { gathered: collector.give() };
    case "rank against":
      counters = countersOf(task.classes, classes, false);
      portion = new RankPortion(task.wanted, task.capacity, task.memory);
      return {};
    case "rank":
      portion?.write(task.at, task.rows.length, rankRows(chunkOf(task), shape.classes, shape.options, memory), classes);
      return {};
    case "count":
      for (const counter of counters) portion?.count(counter, task.length, false);
      return {};
    case "ranked": {
      const ranked = counters.map((counter): [number, RankedSummary] => [counter.positive, summaryOf(counter)]);
      counters = [];
      portion = undefined;
      return { ranked };
    }
  }
}

function chunkOf({ block, rows }: { readonly block: number; readonly rows: BlockRows }) {
  return (blocks[block] as RowBlock).chunk(rows);
}
