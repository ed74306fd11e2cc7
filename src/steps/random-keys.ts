import { hash32, Tensor } from "../core/index.ts";

/**
 * The per-sample random keys of `batches` batches of `size` samples, [batches, size]: a hash of the seed, the step and the sample's
 * place among the samples of that step.
 *
 * @param step - the step of a batch, counted from 0, and the place of its first sample in it
 */
export function randomKeys(
  seed: number,
  batches: number,
  size: number,
  step: (batch: number) => { readonly step: number; readonly place: number },
): Tensor {
  const keys = new Uint32Array(batches * size);
  const seeded = hash32(seed >>> 0, Math.floor(seed / 2 ** 32));
  for (let batch = 0; batch < batches; batch++) {
    const { step: number, place } = step(batch);
    const hash = hash32(number, seeded);
    for (let sample = 0; sample < size; sample++) keys[batch * size + sample] = hash32(place + sample, hash);
  }
  return new Tensor("uint32", keys, [batches, size]);
}
