import type { Mode } from "./mode.ts";
import type { Remark } from "./remarks.ts";
import type { PhaseReport } from "./report.ts";

/** A pass that begins. */
export interface PhaseStart {
  readonly phase: string;
  readonly mode: Mode;
  /** From 1; absent for an evaluation on its own before any training. */
  readonly epoch?: number;
  /** Batches and samples that the pass will see. */
  readonly batches: number;
  readonly samples: number;
}

/** How far a pass is; sent after each call of the runtime, which may hold several batches. */
export interface Progress extends PhaseStart {
  readonly batchesDone: number;
  readonly samplesDone: number;
  /** Since the pass began. */
  readonly seconds: number;
}

/** A checkpoint that was written. */
export interface CheckpointWritten {
  readonly path: string;
  /** Whole epochs and steps that it holds. */
  readonly epoch: number;
  readonly step: number;
}

/** Why training ended before its last epoch. */
export interface Stop {
  readonly epoch: number;
  readonly reason: string;
}

/** What a trainer tells while it works, by name. */
export interface TrainerEvents {
  /** Before the first phase. */
  readonly remark: Remark;
  readonly phaseStart: PhaseStart;
  readonly progress: Progress;
  readonly phaseEnd: PhaseReport;
  readonly checkpoint: CheckpointWritten;
  readonly stop: Stop;
}

type Listener<T> = (event: T) => void;

/** Sends typed events to those who asked for them, in the order in which they asked. */
export class Events<Map extends object> {
  readonly #listeners = new globalThis.Map<keyof Map, Set<Listener<never>>>();

  /** Adds a listener; the function that comes back takes it away again. */
  on<K extends keyof Map>(name: K, listener: Listener<Map[K]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  send<K extends keyof Map>(name: K, event: Map[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<Map[K]>)(event);
  }
}
