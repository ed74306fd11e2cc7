import type { Tensor } from "../core/index.ts";
import type { Preprocessing } from "./preprocessing.ts";

/** Samples with their labels. The first dimension of every tensor counts the samples. */
export interface Batch {
  /** A bare tensor feeds the model's only input; several inputs go by name. */
  readonly inputs: Tensor | Readonly<Record<string, Tensor>>;
  /** Class indices (int64), class probabilities or regression targets (float). */
  readonly labels: Tensor;
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
  /** How raw values became the values that `read` gives; it travels in the model file. */
  readonly preprocessing?: Preprocessing;
  /** What errors and run records call it, like "idx:digits (train)". */
  readonly name?: string;
  /**
   * Reads the samples with these numbers, in this order, into contiguous tensors.
   *
   * @param spent - a batch of this source that the caller needs no more: its memory may be used again
   */
  read(indices: Uint32Array, spent?: Batch): Batch | Promise<Batch>;
}
