import { OnwardError, show } from "../core/errors.ts";
import {
  countAboveThreshold,
  countEqual,
  countHighest,
  type Decisions,
  type Judged,
  type ScoreKind,
  type ScoreShape,
} from "./decisions.ts";
import { integerView, type IntegerView, type Labels } from "./integer-view.ts";
import type { Floats } from "./loss-moments.ts";

/** One batch for an `EpochTally`: the loss of each sample, how it was decided, and which samples are left out. */
export interface TallyBatch {
  /** Each sample's loss times its weight. */
  readonly terms?: Floats | readonly number[] | undefined;
  /** Instead of `terms`: each sample's loss, to be multiplied by its weight without rounding. */
  readonly losses?: Floats | readonly number[] | undefined;
  /** Each sample's weight, at least 0; 1 each when absent. Give the weights by which the criterion divides. */
  readonly weights?: Floats | readonly number[] | undefined;
  /** The label of each sample. */
  readonly labels?: Labels | undefined;
  /** The model's output rows, row-major: the highest score decides, ties go to the lowest class. */
  readonly scores?: Floats | readonly number[] | undefined;
  /** The shape of `scores`, [N, C] or [N, C, d1, ...], each position a sample; [labels, C] when absent. */
  readonly dims?: readonly number[] | undefined;
  /** What the scores are. Needed where there is one score a sample, which decides by a threshold. */
  readonly kind?: ScoreKind | undefined;
  /** Instead of `scores`: the label that was predicted for each sample. */
  readonly predictions?: Labels | undefined;
  /** The label of samples to leave out. */
  readonly ignoreIndex?: number | undefined;
  /** 1 (or true) for each sample to leave out, by other reasons than its label. */
  readonly ignored?: Uint8Array | readonly boolean[] | undefined;
  /** What to call the batch in errors and in the report; "batch 3" for the third when absent. */
  readonly name?: string | undefined;
}

/** What one batch adds to a tally. */
export interface BatchCounts {
  readonly samples: number;
  readonly ignored: number;
  readonly nonFinite: number;
  /** Undefined when the batch does not say how its samples were decided. */
  readonly correct: number | undefined;
  /** Terms of the samples that are kept, or undefined when the batch has none. */
  readonly terms: Floats | undefined;
  /** Whether `terms` are losses that are still to be multiplied by `weights`. */
  readonly apart: boolean;
  /** Weights of the samples that are kept; undefined when each is 1. */
  readonly weights: Floats | undefined;
}

/**
 * Checks a batch and counts what is in it. Nothing is changed, so a batch that is refused leaves no trace.
 *
 * @throws OnwardError `data` when lengths do not fit or a label or weight is impossible, `usage` when fields contradict
 */
export function countBatch(batch: TallyBatch, where: string): BatchCounts {
  const given = floats(batch.terms ?? batch.losses);
  const labels = batch.labels;
  const samples = given?.length ?? labels?.length;
  if (samples === undefined || (batch.terms !== undefined && batch.losses !== undefined)) {
    throw new OnwardError("usage", { expected: "a batch to have either terms or losses, or labels", where });
  }
  checkLength("labels", labels, samples, where);
  checkLength("weights", batch.weights, samples, where);
  checkLength("ignored", batch.ignored, samples, where);
  const view = labels === undefined ? undefined : integerView(labels, where);
  const mask = ignoredMask(batch, view, samples, where);
  const ignored = mask === undefined ? 0 : countOnes(mask);
  const kept = mask === undefined || given === undefined ? given : keep(given, mask, samples - ignored);
  const allWeights = floats(batch.weights);
  let weights: Floats | undefined;
  if (allWeights !== undefined && !allOnes(allWeights)) {
    checkWeights(allWeights, where);
    const left = mask === undefined ? allWeights : keep(allWeights, mask, samples - ignored);
    if (!allOnes(left)) weights = left;
  }

  const failed = allFinite(kept) && allFinite(weights) ? undefined : new Uint8Array(samples);
  if (failed !== undefined) {
    for (let i = 0; i < samples; i++) {
      const finite = Number.isFinite(given?.[i] ?? 0) && Number.isFinite(allWeights?.[i] ?? 0);
      failed[i] = finite || mask?.[i] === 1 ? 0 : 1;
    }
  }
  const decided = decide(batch, view, { samples, ignored: mask, nonFinite: failed, where });
  return {
    samples,
    ignored,
    nonFinite: failed === undefined ? (decided?.undecided ?? 0) : countOnes(failed),
    correct: decided?.correct,
    terms: kept,
    apart: batch.losses !== undefined && weights !== undefined,
    weights,
  };
}

function decide(batch: TallyBatch, labels: IntegerView | undefined, judged: Judged): Decisions | undefined {
  const { scores, dims, kind, predictions } = batch;
  const { samples, where } = judged;
  if (scores === undefined && predictions === undefined) return undefined;
  if (labels === undefined || (scores !== undefined && predictions !== undefined)) {
    throw new OnwardError("usage", { expected: "labels together with either scores or predictions", where });
  }
  if (predictions !== undefined) {
    checkLength("predictions", predictions, samples, where);
    return countEqual(integerView(predictions, where), labels, judged);
  }
  if (scores === undefined) return undefined;
  if (dims === undefined ? scores.length === samples : dims.length === 1) {
    checkLength("scores", scores, samples, where);
    if (kind === undefined) {
      throw new OnwardError("usage", {
        expected: '`kind` to be "logits", "log-probabilities" or "probabilities", as there is one score a sample',
        where,
      });
    }
    return countAboveThreshold(scores, kind, labels, judged);
  }
  return countHighest(scores, scoreShape(scores.length, dims, samples, where), labels, judged);
}

function scoreShape(length: number, dims: readonly number[] | undefined, samples: number, where: string): ScoreShape {
  const outer = dims?.[0] ?? samples;
  const classes = dims?.[1] ?? length / Math.max(samples, 1);
  let inner = 1;
  for (let axis = 2; axis < (dims?.length ?? 0); axis++) inner *= dims?.[axis] ?? 1;
  if (!Number.isInteger(classes) || outer * inner !== samples || outer * classes * inner !== length) {
    const shape = dims === undefined ? `[${samples}, C]` : show([...dims]);
    throw new OnwardError("data", {
      expected: `scores of shape ${shape} for ${samples} samples`,
      got: `${length} scores`,
      where,
    });
  }
  return { outer, classes, inner };
}

function ignoredMask(
  { ignoreIndex, ignored }: TallyBatch,
  labels: IntegerView | undefined,
  samples: number,
  where: string,
): Uint8Array | undefined {
  if (ignoreIndex !== undefined && labels === undefined) {
    throw new OnwardError("usage", { expected: "labels to compare `ignoreIndex` with", where });
  }
  if (ignoreIndex === undefined && ignored === undefined) return undefined;
  let mask: Uint8Array | undefined;
  if (ignoreIndex !== undefined && labels !== undefined) {
    const { values, start, stride } = labels;
    for (let i = 0; i < samples; i++) {
      if (values[start + i * stride] === ignoreIndex) (mask ??= new Uint8Array(samples))[i] = 1;
    }
  }
  if (ignored !== undefined) {
    for (let i = 0; i < samples; i++) if (ignored[i]) (mask ??= new Uint8Array(samples))[i] = 1;
  }
  return mask;
}

function floats(values: Floats | readonly number[] | undefined): Floats | undefined {
  return values === undefined || values instanceof Float32Array || values instanceof Float64Array
    ? values
    : Float64Array.from(values);
}

function keep(values: Floats, mask: Uint8Array, count: number): Floats {
  const kept = values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0, k = 0; i < values.length; i++) if (mask[i] === 0) kept[k++] = values[i] as number;
  return kept;
}

function checkLength(name: string, values: ArrayLike<unknown> | undefined, samples: number, where: string): void {
  if (values !== undefined && values.length !== samples) {
    throw new OnwardError("data", { expected: `${samples} ${name}, one a sample`, got: String(values.length), where });
  }
}

function checkWeights(weights: Floats, where: string): void {
  for (let i = 0; i < weights.length; i++) {
    if ((weights[i] as number) < 0) {
      throw new OnwardError("data", {
        expected: "weight to be at least 0",
        got: show(weights[i]),
        where: `${where}, sample ${i}`,
      });
    }
  }
}

function allFinite(values: Floats | undefined): boolean {
  if (values === undefined) return true;
  // x - x is 0 for a finite x, and NaN otherwise: one test for the whole array.
  let probe = 0;
  for (let i = 0; i < values.length; i++) probe += (values[i] as number) - (values[i] as number);
  return probe === 0;
}

function allOnes(weights: Floats): boolean {
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 1) return false;
  return true;
}

function countOnes(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i] as number;
  return count;
}
