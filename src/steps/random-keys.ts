import { hash32, Tensor } from "../core/index.ts";

/** The per-sample random keys of `steps` batches, [steps, size]: a hash of the seed, the step and the sample's place in it. */
export function randomKeys(seed: number, firstStep: number, steps: number, size: number): Tensor {
  const keys = new Uint32Array(steps * size);
  for (let step = 0; step < steps; step++) {
    const hash = hash32(firstStep + step, hash32(seed >>> 0, Math.floor(seed / 2 ** 32)));
    for (let sample = 0; sample < size; sample++) keys[step * size + sample] = hash32(sample, hash);
  }
  return new Tensor("uint32", keys, [steps, size]);
}
