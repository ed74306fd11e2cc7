import type { Tensor } from "../core/index.ts";

/** What the elements of tensors take, in bytes. */
export function tensorBytes(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { data }) => sum + (data as Uint8Array).byteLength, 0);
}
