import { OnwardError, show, type Tensor } from "../core/index.ts";
import { putArrays, takeArrays } from "./array-places.ts";
import { readSafetensors, safetensorsParts, type Checkpoint, type CheckpointContent } from "../runs/index.ts";
import type { PassState } from "./pass.ts";
import type { PhaseReport } from "./report.ts";

/** The best epoch so far, and what it was judged by. */
export interface BestEpoch {
  readonly epoch: number;
  readonly report: PhaseReport | undefined;
  /** What told that it is the best, like "val.loss"; absent where the accuracy did, and then the loss. */
  readonly monitor?: string | undefined;
  /** The number that `monitor` names; NaN without one. */
  readonly value: number;
}

/** Where training stands: all that is needed to go on as if it had never stopped. */
export interface Snapshot {
  /** Whole epochs. */
  readonly epoch: number;
  /** Steps of the optimizer. */
  readonly step: number;
  /** What a plateau multiplied the learning rates by. */
  readonly rateFactor: number;
  /** Reports given so far, in all epochs. */
  readonly reports: number;
  /** Of the epoch that is not over: the reports of its phases so far, and the phase within which it stands. */
  readonly finished: readonly PhaseReport[];
  readonly pass?: PassState | undefined;
  readonly best?: BestEpoch | undefined;
  /** Whether it stands right after the best epoch. */
  readonly isBest: boolean;
  /** Why training ended before its last epoch. */
  readonly stopped?: string | undefined;
  /** The sizes of the data sets, by phase. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What the callbacks remember, by name. */
  readonly callbacks: Readonly<Record<string, unknown>>;
  /** Parameters and running statistics. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** The optimizer's tensors, and the moving averages. */
  readonly state: ReadonlyMap<string, Tensor>;
}

const files = { values: "model.safetensors", state: "training.safetensors", tallies: "tallies.safetensors" } as const;

/**
 * A snapshot as a checkpoint's files: parameters and running statistics by their names in the model, the optimizer's tensors and what
 * metrics keep of each sample beside them, the rest as JSON.
 *
 * @throws OnwardError `diverged` when a parameter is not finite: nobody should go on from there
 */
export function toCheckpoint({ values, state, ...record }: Snapshot): CheckpointContent {
  for (const [name, { data }] of values) {
    if (allFinite(data as Float32Array)) continue;
    throw new OnwardError("diverged", {
      expected: "finite parameters to keep in a checkpoint",
      got: `a NaN or infinity in ${show(name)}`,
      where: `after step ${record.step}`,
      advice: "lower the learning rate, clip the gradients by their norm, or skip steps that are not finite",
    });
  }
  const tallies = new Map<string, Tensor>();
  const pass = record.pass && { ...record.pass, metrics: takeArrays(record.pass.metrics, tallies) };
  const between = record.pass === undefined && record.finished.length === 0;
  return {
    step: record.step,
    endOfEpoch: between ? record.epoch : undefined,
    record: { ...record, pass },
    files: new Map([
      [files.values, safetensorsParts(values)],
      [files.state, safetensorsParts(state)],
      ...(tallies.size === 0 ? [] : [[files.tallies, safetensorsParts(tallies)] as const]),
    ]),
  };
}

/** A loop by index: `every` boxes each value, which a large model would pay for at every checkpoint. */
function allFinite(values: Float32Array | BigInt64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(Number(values[i]))) return false;
  return true;
}

/** Reads what `toCheckpoint` made. @throws OnwardError `file` when a file is missing or damaged */
export function fromCheckpoint({ path, step, record, files: contents }: Checkpoint): Snapshot {
  const tensors = (name: string) => {
    const bytes = contents.get(name);
    if (bytes !== undefined) return readSafetensors(bytes, `${path}/${name}`);
    throw new OnwardError("file", { expected: `a checkpoint with ${name}`, got: "none", where: path });
  };
  const rest = record as unknown as Omit<Snapshot, "step" | "values" | "state">;
  const snapshot = { ...rest, step, values: tensors(files.values), state: tensors(files.state) };
  if (rest.pass === undefined) return snapshot;
  const tallies = contents.has(files.tallies) ? tensors(files.tallies) : new Map<string, Tensor>();
  const metrics = putArrays(rest.pass.metrics, tallies, path) as PassState["metrics"];
  return { ...snapshot, pass: { ...rest.pass, metrics } };
}
