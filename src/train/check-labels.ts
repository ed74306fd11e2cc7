import { OnwardError, type Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch, Source } from "../data/index.ts";
import type { Dim } from "../graph/index.ts";

/**
 * Checks a batch's labels before they reach the runtime: their type, and that class indices are classes.
 *
 * @param classes - the size of the scores' class axis, where it is known
 * @throws OnwardError `data` that names the sample by its number in the data set
 */
export function checkLabels(
  criterion: Criterion,
  labels: Batch["labels"],
  classes: Dim,
  indices: Uint32Array,
  source: string,
): void {
  const expected = criterion.labels(undefined).type;
  if (labels.type !== expected) {
    throw new OnwardError("data", {
      expected: `labels of type ${expected} for ${criterion.name}`,
      got: labels.type,
      where: source,
    });
  }
  if (labels.type !== "int64" || typeof classes !== "number") return;
  const bad = firstOutside(labels, classes, criterion.ignoreIndex);
  if (bad === undefined) return;
  const sample = indices[Math.floor(bad / (labels.size / indices.length))] ?? 0;
  throw notAClass(Number(labels.data[bad]), classes, source, sample);
}

/**
 * Checks all labels of a source that knows them, before a step is taken.
 *
 * @throws OnwardError `data` as `checkLabels` does
 */
export function checkKnownLabels(criterion: Criterion, { labels, name }: Source, classes: Dim, phase: string): void {
  if (labels === undefined || typeof classes !== "number" || criterion.labels(undefined).type !== "int64") return;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if ((label >= 0 && label < classes) || label === criterion.ignoreIndex) continue;
    throw notAClass(label, classes, name ?? phase, i);
  }
}

function notAClass(label: number, classes: number, source: string, sample: number): OnwardError {
  return new OnwardError("data", {
    expected: `label to be in [0, ${classes})`,
    got: String(label),
    where: `${source}, sample ${sample}`,
    ...(label >= classes && {
      advice: "a model with too few classes gets a fresh head by --classes, or replaceHead",
    }),
  });
}

/** The position of the first label outside [0, classes) that is not the ignored one; read as pairs of 32-bit halves. */
function firstOutside(labels: Tensor, classes: number, ignoreIndex: number | undefined): number | undefined {
  const data = labels.data as BigInt64Array;
  const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  for (let i = 0; i < data.length; i++) {
    const low = halves[2 * i] as number;
    if (halves[2 * i + 1] === 0 && low >= 0 && low < classes) continue;
    if (ignoreIndex !== undefined && data[i] === BigInt(ignoreIndex)) continue;
    return i;
  }
  return undefined;
}
