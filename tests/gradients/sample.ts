import type { Random } from "../../src/core/index.ts";
import type { AttributeInputs, DataType } from "../../src/graph/index.ts";

/** One input of a sample: how it is filled, and whether it is differentiated, fed or a constant of the graph. */
export interface SampleInput {
  /** "float" stands for the type that the sample is run in. */
  readonly type: DataType | "float";
  readonly dims: readonly number[];
  readonly fill: (random: Random, count: number) => readonly number[];
  /** A constant of the graph, as axes and shapes mostly are. */
  readonly constant: boolean;
  /** Whether a gradient is asked for. */
  readonly gradient: boolean;
}

/** One use of an op, checked by finite differences. */
export interface Sample {
  /** What it covers. */
  readonly name: string;
  readonly inputs: readonly (SampleInput | undefined)[];
  readonly attributes?: AttributeInputs;
  /** How many outputs the node has; 1 unless told. */
  readonly outputs?: number;
  /** The outputs that the gradient flows from; the first unless told. */
  readonly through?: readonly number[];
  /** The inputs whose first dimension is symbolic in one of the runs; the first unless told. */
  readonly batch?: readonly number[];
  /** The opset in which the runtime has a kernel, where the working one has none. */
  readonly opset?: number;
  /** The only element type that it is run in, where the other says nothing new. */
  readonly only?: "float32" | "float64";
  /** Times the tolerance of float32; for results that cancel. */
  readonly slack?: number;
}

const input = (dims: readonly number[], fill: SampleInput["fill"]): SampleInput => ({
  type: "float",
  dims,
  fill,
  constant: false,
  gradient: true,
});

/** Uniform in [low, high). */
export function between(low: number, high: number, ...dims: number[]): SampleInput {
  return input(dims, (random, count) => Array.from({ length: count }, () => random.uniform(low, high)));
}

/** Uniform in [-1.5, 1.5). */
export function real(...dims: number[]): SampleInput {
  return between(-1.5, 1.5, ...dims);
}

/** Shuffled values of both signs that differ by 0.15 at least and keep off zero: for ops with kinks. */
export function spaced(...dims: number[]): SampleInput {
  return input(dims, (random, count) => Array.from(random.permutation(count), (i) => (i - count / 2 + 0.5) * 0.15));
}

/** Given values. */
export function exactly(dims: readonly number[], values: readonly number[]): SampleInput {
  return input(dims, () => values);
}

/** Integers, constant unless made `fed`. */
export function ints(dims: readonly number[], values: readonly number[], type: DataType = "int64"): SampleInput {
  return { type, dims, fill: () => values, constant: true, gradient: false };
}

/** A constant of the graph, without a gradient. */
export function constant(of: SampleInput): SampleInput {
  return { ...of, constant: true, gradient: false };
}

/** An input of the graph, whose values are not known when the gradient is built. */
export function fed(of: SampleInput): SampleInput {
  return { ...of, constant: false };
}

/** Without a gradient. */
export function still(of: SampleInput): SampleInput {
  return { ...of, gradient: false };
}
