import { OnwardError, show } from "../core/errors.ts";

/** @throws OnwardError `usage` when it is not an integer of at least 1 */
export function checkLabelCount(labels: number): void {
  if (Number.isSafeInteger(labels) && labels >= 1) return;
  throw new OnwardError("usage", { expected: "labels to be an integer of at least 1", got: show(labels) });
}

/**
 * Checks samples of a multilabel task: so many labels a sample, each 0 or 1, with a value each, and a weight a sample.
 *
 * @param what - what the values are called in errors
 * @throws OnwardError `data` when lengths do not fit, a label is neither 0 nor 1, or a weight is not at least 0
 */
export function checkMultilabel(
  count: number,
  what: string,
  labels: ArrayLike<number>,
  values: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): void {
  if (labels.length !== values.length || labels.length % count !== 0) {
    throw new OnwardError("data", {
      expected: `labels and ${what} of ${count} a sample`,
      got: `${labels.length} and ${values.length}`,
    });
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0 || labels[i] === 1) continue;
    throw new OnwardError("data", { expected: "label to be 0 or 1", got: show(labels[i]), where: cellName(i, count) });
  }
  if (weights === undefined) return;
  const samples = labels.length / count;
  if (weights.length !== samples) {
    throw new OnwardError("data", { expected: `${samples} weights, one a sample`, got: String(weights.length) });
  }
  for (let i = 0; i < samples; i++) {
    if ((weights[i] as number) >= 0) continue;
    throw new OnwardError("data", { expected: "weight to be at least 0", got: show(weights[i]), where: `sample ${i}` });
  }
}

/** What errors call the value at place i of so many labels a sample. */
export function cellName(i: number, count: number): string {
  return `sample ${Math.floor(i / count)}, label ${i % count}`;
}
