/** What an epoch is judged by. */
export interface EpochScore {
  readonly accuracy?: number | undefined;
  readonly loss?: number | undefined;
}

/**
 * Tells whether an epoch beats the best one before it: a higher accuracy, or the same and a lower loss. An epoch whose
 * accuracy or loss is absent or not finite never does, and the earlier of equals stays.
 */
export function isBetter(epoch: EpochScore, best: EpochScore | undefined): boolean {
  const { accuracy = NaN, loss = NaN } = epoch;
  if (!Number.isFinite(accuracy) || !Number.isFinite(loss)) return false;
  const { accuracy: bestAccuracy = -Infinity, loss: bestLoss = Infinity } = best ?? {};
  return accuracy > bestAccuracy || (accuracy === bestAccuracy && loss < bestLoss);
}
