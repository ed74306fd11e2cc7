import { OnwardError, show } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Model } from "../graph/index.ts";
import type { Sequential } from "../nn/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { ParameterGroup, ParameterSelection } from "../steps/index.ts";
import type { Callback } from "./callbacks/callback.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Metric } from "./metrics/metric.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a trainer is made of. */
export interface TrainerOptions {
  /** Layers, a model, or the path of an ONNX file. */
  readonly model: Sequential | Model | string;
  readonly criterion: Criterion;
  /** Needed to train, not to evaluate. */
  readonly optimizer?: Optimizer;
  /**
   * Parameters that stay as they are, to the bit: patterns for their names in the ONNX file (`*` for any characters, `?` for
   * one), "head" for the classifier or "backbone" for all but it. A batch normalisation whose parameters are all frozen keeps
   * its running statistics too, and normalises by them.
   */
  readonly freeze?: ParameterSelection;
  /** Parameters with an optimizer of their own, selected as by `freeze`; the first group that selects one has it. */
  readonly parameterGroups?: readonly ParameterGroup[];
  /**
   * Batches per step of the optimizer: their gradients are added and divided once by their whole weight, so that a step is that
   * of one big batch whatever weight the parts have. The last step of an epoch may have fewer. Default 1.
   */
  readonly accumulate?: number | undefined;
  /** Scales all gradients down together where their norm exceeds this; as PyTorch's `clip_grad_norm_`. */
  readonly clipNorm?: number | undefined;
  /** Brings each element of a gradient into [-clipValue, clipValue]; as PyTorch's `clip_grad_value_`. */
  readonly clipValue?: number | undefined;
  /**
   * Keeps a moving average of parameters and running statistics, of which each step keeps this share (0.999, say). The averages are
   * what is evaluated and saved.
   */
  readonly averageDecay?: number | undefined;
  /**
   * What a loss that is NaN or infinite in training does: "stop" with an error that names the samples, "skip" the steps with
   * such a loss or gradient, or "ignore" it. Default "stop".
   */
  readonly onNonFinite?: "stop" | "skip" | "ignore" | undefined;
  /** What reports have under `metrics`, for classifiers with scores of shape [samples, classes]. */
  readonly metrics?: readonly Metric[];
  /** By what the best epoch is told, such as "val.loss". If absent, by the accuracy of the first evaluated phase, then by its loss. */
  readonly monitor?: string | undefined;
  /** What follows training, and may steer it. */
  readonly callbacks?: readonly Callback[];
  /** Shuffling and dropout follow from it; initial weights from that of `nn.sequential`. Default 0. */
  readonly seed?: number;
  /** Threads within an operation; all of the machine's by default. */
  readonly threads?: number;
  /** The runtime's execution provider; "cpu" by default. */
  readonly provider?: string;
  /** The engine; ONNX Runtime for Node by default. */
  readonly runtime?: Runtime;
}

/** How an evaluation is cut into batches. */
export interface EvaluateOptions {
  /** Samples a batch; default 64. */
  readonly batchSize?: number;
  /** What the report calls the phase; default "evaluate". */
  readonly phase?: string;
  /** Stops between two calls of the runtime; the pass then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long and in which batches to train. */
export interface FitOptions extends Omit<EvaluateOptions, "phase"> {
  /** How many epochs; of the whole run where one is resumed. */
  readonly epochs: number;
  /** Leaves the last batch of a training pass out when it is not full. */
  readonly dropLast?: boolean;
  /** See no more than so many batches of a phase, by its name. */
  readonly limitBatches?: Readonly<Record<string, number>>;
  /** Where checkpoints are kept: at the end of each epoch, as often as they say within one, and when the signal stops training. */
  readonly checkpoints?: Checkpoints | undefined;
  /** Goes on from here, as if training had never stopped. */
  readonly resume?: Snapshot | undefined;
}

/** Checks a count that must be a positive integer. @throws OnwardError `usage` */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new OnwardError("usage", { expected: `${name} to be a positive integer`, got: show(value) });
}
