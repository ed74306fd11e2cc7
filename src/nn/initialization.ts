import { elementCount, type Random } from "../core/index.ts";
import { tensorData, type TensorData } from "../graph/index.ts";

/**
 * Draws from U(-1 / sqrt(fanIn), 1 / sqrt(fanIn)): PyTorch's default for the weights of linear and convolutional layers
 * (`kaiming_uniform_` with a = sqrt 5) and for their biases.
 */
export function fanInUniform(random: Random, dims: readonly number[], fanIn: number): TensorData {
  const bound = fanIn === 0 ? 0 : 1 / Math.sqrt(fanIn);
  return drawn(dims, () => random.uniform(-bound, bound));
}

/** Draws from N(0, 1): PyTorch's default for embeddings. */
export function standardNormal(random: Random, dims: readonly number[]): TensorData {
  return drawn(dims, () => random.normal());
}

/** Repeats one value. */
export function constant(dims: readonly number[], value: number): TensorData {
  return drawn(dims, () => value);
}

function drawn(dims: readonly number[], draw: () => number): TensorData {
  return tensorData("float32", dims, Float32Array.from({ length: elementCount(dims) }, draw));
}
