/**
 * Counts, for each place of an order, how often its sample came before.
 *
 * @returns nothing where no sample comes twice
 */
export function repeatsIn(order: Uint32Array, size: number): Uint32Array | undefined {
  const seen = new Uint32Array(size);
  const repeats = new Uint32Array(order.length);
  let any = false;
  for (let i = 0; i < order.length; i++) {
    const sample = order[i] as number;
    const before = seen[sample] as number;
    if (before > 0) any = true;
    repeats[i] = before;
    seen[sample] = before + 1;
  }
  return any ? repeats : undefined;
}
