import { OnwardError, show } from "../core/index.ts";
import { Loader, shuffled, type Source } from "../data/index.ts";
import type { Mode } from "./mode.ts";

/** A phase with what differs from the defaults. */
export interface PhaseOptions {
  readonly data: Source | Loader;
  readonly mode?: Mode;
}

/** What a phase passes over: a source, a loader with its own batches, or either with a mode. */
export type PhaseInput = Source | Loader | PhaseOptions;

/** How sources are cut into batches. */
export interface BatchOptions {
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly seed: number;
}

/** A phase, ready to pass over its data. */
export interface Phase {
  readonly name: string;
  readonly mode: Mode;
  readonly loader: Loader;
}

/**
 * Makes phases of what was given. The phase named "train" trains and the others evaluate, unless a mode is told; sources
 * that train are shuffled and augmented by the seed, and what is dropped at the end of an epoch is dropped in training only.
 *
 * @throws OnwardError `usage` when there is no phase or something is no data
 */
export function toPhases(inputs: Readonly<Record<string, PhaseInput>>, options: BatchOptions): Phase[] {
  const phases = Object.entries(inputs).map(([name, input]) => toPhase(name, input, options));
  if (phases.length === 0) throw new OnwardError("usage", { expected: "at least one phase", got: "none" });
  return phases;
}

/** Makes one phase. */
export function toPhase(name: string, input: PhaseInput, { batchSize, dropLast, seed }: BatchOptions): Phase {
  const { data, mode = name === "train" ? "train" : "eval" }: PhaseOptions = "data" in input ? input : { data: input };
  if (data instanceof Loader) return { name, mode, loader: data };
  if (typeof (data as Partial<Source> | undefined)?.read !== "function") {
    throw new OnwardError("usage", { expected: "a source or a loader", got: show(data), where: `phase ${name}` });
  }
  const training = mode === "train";
  const loader = new Loader(data, {
    batchSize,
    dropLast: dropLast && training,
    ...(training && data.inOrder !== true && { sampler: shuffled({ seed }) }),
    ...(training && { augment: { seed } }),
  });
  return { name, mode, loader };
}
