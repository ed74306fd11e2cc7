// A thread of a crew: scores the rows that it is sent, and ranks them in a second pass.
import { parentPort, workerData } from "node:worker_threads";
import { type RankCounts, RankCounter, type RankTables } from "../metrics/index.ts";
import { RankBuffer } from "./rank-buffer.ts";
import { RankCollector } from "./rank-collector.ts";
import { rankRows } from "./rank-rows.ts";
import type { RowChunk } from "./read-rows.ts";
import type { StateShape } from "./judge-rows.ts";
import { ScoreState } from "./score-state.ts";

/** What a crew asks of a thread. Each task is answered, by `done`, a result, or the error's fields. */
export type Task =
  | { readonly task: "score"; readonly chunk: RowChunk }
  | { readonly task: "scored" }
  | { readonly task: "look up in"; readonly tables: readonly RankTables[] }
  | { readonly task: "rank"; readonly chunk: RowChunk }
  | { readonly task: "ranked" };

/** What a thread has made of its rows. */
export interface Share {
  readonly state: unknown;
  readonly positives: readonly Float64Array[];
  readonly support: Float64Array;
}

const { shape, most } = workerData as { shape: StateShape; most: number };
const state = new ScoreState(shape);
const collector = new RankCollector(shape.classes.count, undefined, most);
let counters: RankCounter[] = [];
let buffer: RankBuffer | undefined;

parentPort?.on("message", (task: Task) => {
  try {
    answer(task);
  } catch (error) {
    parentPort?.postMessage({ failed: error, ...((error as { fields?: object }).fields ?? {}) });
  }
});

function answer(task: Task): void {
  switch (task.task) {
    case "score": {
      const scored = state.add(task.chunk);
      if (scored !== undefined) collector.add(scored);
      return parentPort?.postMessage({});
    }
    case "scored": {
      const positives = Array.from({ length: shape.classes.count }, (_, k) => collector.take(k));
      const share: Share = { state: JSON.parse(JSON.stringify(state)), positives, support: collector.support };
      return parentPort?.postMessage(
        { share },
        positives.map(({ buffer }) => buffer as ArrayBuffer),
      );
    }
    case "look up in":
      counters = task.tables.map((tables) => RankCounter.from(tables));
      buffer = new RankBuffer(counters, shape.classes.count);
      return parentPort?.postMessage({});
    case "rank":
      buffer?.add(rankRows(task.chunk, shape.classes, shape.options));
      return parentPort?.postMessage({});
    case "ranked": {
      buffer?.flush();
      const counts = counters.map(({ negatives, doubledRanks, negativesByClass, nan }): RankCounts => {
        return { negatives, doubledRanks, negativesByClass, nan };
      });
      return parentPort?.postMessage({ counts });
    }
  }
}
