import { OnwardError, show } from "../core/errors.ts";
import type { IntegerView } from "./integer-view.ts";

/** What the numbers of a score row are. Always declared, never guessed from the values. */
export type ScoreKind = "logits" | "log-probabilities" | "probabilities";

/** The score above which a single score per sample says "positive", that is, probability above one half. */
export const thresholds = {
  logits: 0,
  "log-probabilities": Math.log(0.5),
  probabilities: 0.5,
} as const satisfies Record<ScoreKind, number>;

/** How many samples were decided right, and how many could not be decided. */
export interface Decisions {
  readonly correct: number;
  readonly undecided: number;
}

/** What every way of deciding needs besides the labels. */
export interface Judged {
  readonly samples: number;
  /** 1 for a sample that is left out. */
  readonly ignored: Uint8Array | undefined;
  /** 1 for a sample that is never correct, since its loss is not finite; undecided samples are marked here too. */
  readonly nonFinite: Uint8Array | undefined;
  /** What the batch is called in an error. */
  readonly where: string;
}

/** Scores as [outer, classes, inner]: sample `o * inner + i` reads its classes with stride `inner`. */
export interface ScoreShape {
  readonly outer: number;
  readonly classes: number;
  readonly inner: number;
}

/**
 * Counts rows whose highest score is the label's. Ties go to the lowest class. A row that has a NaN, or whose highest
 * score is infinite, decides nothing; a score of -Infinity is a class that is ruled out.
 *
 * @throws OnwardError `data` when a label is not an integer in [0, classes)
 */
export function countHighest(
  scores: ArrayLike<number>,
  { outer, classes, inner }: ScoreShape,
  { values, start, stride }: IntegerView,
  { ignored, nonFinite, where }: Judged,
): Decisions {
  let correct = 0;
  let undecided = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const sample = o * inner + i;
      if (ignored !== undefined && ignored[sample] === 1) continue;
      const label = values[start + sample * stride] as number;
      if (!(label >= 0 && label < classes && (label | 0) === label)) throw badLabel(label, classes, where, sample);
      const first = o * classes * inner + i;
      const chosen = scores[first + label * inner] as number;
      let k = first;
      let c = 0;
      while (c < label && (scores[k] as number) < chosen) {
        c++;
        k += inner;
      }
      // A NaN ends one of the two loops early; only rows that end early are read again.
      while (c >= label && c < classes && (scores[k] as number) <= chosen) {
        c++;
        k += inner;
      }
      const highest = c === classes && chosen < Infinity && chosen > -Infinity;
      if (!highest && !decidable(scores, first, inner, classes)) {
        undecided++;
        if (nonFinite !== undefined) nonFinite[sample] = 1;
      } else if (highest && (nonFinite === undefined || nonFinite[sample] === 0)) correct++;
    }
  }
  return { correct, undecided };
}

/** Whether a row has no NaN and its highest score is finite. */
function decidable(scores: ArrayLike<number>, first: number, stride: number, classes: number): boolean {
  let probe = 0;
  for (let c = 0, k = first; c < classes; c++, k += stride) probe += 0 * (scores[k] as number);
  if (probe === 0) return true;
  let best = -Infinity;
  for (let c = 0, k = first; c < classes; c++, k += stride) {
    const score = scores[k] as number;
    if (!(score < Infinity)) return false;
    if (score > best) best = score;
  }
  return best > -Infinity;
}

/**
 * Counts samples whose single score lies above the threshold of its kind exactly when the label is at least one half.
 * A score at the threshold says "negative". NaN and infinite scores decide nothing, but for a log-probability of -Infinity.
 *
 * @throws OnwardError `data` when a label is outside [0, 1]
 */
export function countAboveThreshold(
  scores: ArrayLike<number>,
  kind: ScoreKind,
  { values, start, stride }: IntegerView,
  { samples, ignored, nonFinite, where }: Judged,
): Decisions {
  const threshold = thresholds[kind];
  let correct = 0;
  let undecided = 0;
  for (let sample = 0; sample < samples; sample++) {
    if (ignored !== undefined && ignored[sample] === 1) continue;
    const label = values[start + sample * stride] as number;
    if (!(label >= 0 && label <= 1)) {
      throw new OnwardError("data", {
        expected: "label to be in [0, 1], as there is one score for each",
        got: show(label),
        where: `${where}, sample ${sample}`,
      });
    }
    const score = scores[sample] as number;
    if (!Number.isFinite(score) && !(kind === "log-probabilities" && score === -Infinity)) {
      undecided++;
      if (nonFinite !== undefined) nonFinite[sample] = 1;
    } else if (score > threshold === label >= 0.5 && (nonFinite === undefined || nonFinite[sample] === 0)) correct++;
  }
  return { correct, undecided };
}

/** Counts predictions that equal their label; a prediction that is not finite decides nothing. */
export function countEqual(
  predictions: IntegerView,
  { values, start, stride }: IntegerView,
  { samples, ignored, nonFinite }: Judged,
): Decisions {
  let correct = 0;
  let undecided = 0;
  for (let sample = 0; sample < samples; sample++) {
    if (ignored !== undefined && ignored[sample] === 1) continue;
    const prediction = predictions.values[predictions.start + sample * predictions.stride] as number;
    if (!Number.isFinite(prediction)) {
      undecided++;
      if (nonFinite !== undefined) nonFinite[sample] = 1;
    } else if (prediction === values[start + sample * stride] && (nonFinite === undefined || nonFinite[sample] === 0)) {
      correct++;
    }
  }
  return { correct, undecided };
}

function badLabel(label: number, classes: number, where: string, sample: number): OnwardError {
  return new OnwardError("data", {
    expected: `label to be in [0, ${classes})`,
    got: show(label),
    where: `${where}, sample ${sample}`,
    advice: "give `ignoreIndex` if it marks samples to leave out",
  });
}
