/**
 * Decides between two classes by a threshold: positive from this probability on. Rows whose scores decide nothing (-1 in
 * `highest`) stay undecided.
 */
export function thresholdDecisions(
  probabilities: Float64Array,
  highest: Int32Array,
  threshold: number,
  positive: number,
): Int32Array {
  return highest.map((at, row) => {
    if (at < 0) return at;
    return (probabilities[2 * row + positive] as number) >= threshold ? positive : 1 - positive;
  });
}
