import type { Tensor } from "../core/index.ts";
import type { Preprocessing } from "./preprocessing.ts";

/** Samples with their labels. The first dimension of every tensor counts the samples. */
export interface Batch {
  /** A bare tensor feeds the model's only input; several inputs go by name. */
  readonly inputs: Tensor | Readonly<Record<string, Tensor>>;
  /** Class indices (int64), class probabilities or regression targets (float). */
  readonly labels: Tensor;
  /** The place of each sample in `inputs`, where these hold more than the batch; absent where they are the batch, in order. */
  readonly rows?: Int32Array;
}

/** What varies the samples that are trained on: a source that augments makes each a function of these and of its number. */
export interface Variation {
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  /** For each sample to read, how often it came before in this epoch; absent where no sample comes twice. */
  readonly repeats?: Uint32Array;
}

/**
 * A data set whose samples can be read by number.
 *
 * Any object of this shape is a source; `arrays`, `idx` and `mnist` make them.
 */
export interface Source {
  /** How many samples the data set has. */
  readonly size: number;
  /** The shape of one sample, without the batch dimension; per input where inputs have names. */
  readonly sampleShape: readonly number[] | Readonly<Record<string, readonly number[]>>;
  /** The name of each class, where the labels are classes and the classes are known. */
  readonly classNames?: readonly string[];
  /** The class of each sample, where labels are class indices that are known without reading the samples. */
  readonly labels?: ArrayLike<number>;
  /** How raw values became the values that `read` gives; it travels in the model file. */
  readonly preprocessing?: Preprocessing;
  /** What was left out of it because it could not be read. */
  readonly skipped?: readonly string[];
  /** What errors and run records call it, like "idx:digits (train)". */
  readonly name?: string;
  /** Whether its samples come one after the other, and going back means to begin anew: it is not shuffled then. */
  readonly inOrder?: boolean;
  /**
   * How many batches to have under way before they are asked for; none if absent. For sources that read elsewhere than in this
   * thread: others only do the same work earlier.
   */
  readonly ahead?: number;
  /** How its samples are read. */
  readonly read: ReadSamples;
}

/** Reads samples by number. */
export interface ReadSamples {
  /**
   * Reads the samples with these numbers, in this order, into contiguous tensors.
   *
   * @param spent - a batch of this source that the caller needs no more: its memory may be used again
   * @param variation - there when the samples are read to train on; without it they are as they are
   */
  (indices: Uint32Array, spent?: Batch, variation?: Variation): Batch | Promise<Batch>;
  /**
   * Gives the same samples as `rows` of all that is in memory, so that inputs are copied only where they are computed with. For
   * what is in memory as a whole, and nothing varies. It belongs to the function and not to the source, so that a source that is
   * another one with its own `read` is read by that alone.
   */
  readonly pick?: (indices: Uint32Array, spent?: Batch) => Batch;
}

/** Tells a bare tensor from inputs that go by name. */
export function isBare(inputs: Batch["inputs"]): inputs is Tensor {
  return "dims" in inputs && Array.isArray(inputs.dims);
}
