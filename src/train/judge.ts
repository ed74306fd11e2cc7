import type { Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { PreparedModel } from "../steps/index.ts";
import type { Floats, Labels, ScoreKind, TallyBatch } from "../metrics/index.ts";

/** The arrays of one batch that came out of a step. */
export interface Judged {
  readonly terms: Floats;
  readonly weights: Floats | undefined;
  readonly scores: Floats;
  readonly scoreDims: readonly number[];
  readonly labels: Tensor["data"];
  /** The score above which the answer is yes. */
  readonly boundary: number;
}

/** The score above which an answer is yes: 0 for logits, one half for what a sigmoid made of them, or its logarithm. */
export function boundary({ activation }: PreparedModel, criterion: Criterion): number {
  if (activation === undefined || activation.name !== criterion.activation) return 0;
  return activation.logarithm ? Math.log(0.5) : 0.5;
}

/** What a model's scores are: what its last activation makes of them, or logits. */
export function scoreKind({ activation }: PreparedModel): ScoreKind {
  if (activation?.name !== "softmax") return "logits";
  return activation.logarithm ? "log-probabilities" : "probabilities";
}

/** Puts a batch as the tally takes it: how a prediction is read from the scores is the criterion's to say. */
export function tallyBatch(criterion: Criterion, batch: Judged, name: string): TallyBatch {
  const { terms, weights, scores, scoreDims: dims } = batch;
  const { ignoreIndex } = criterion;
  switch (criterion.decision) {
    case "argmax":
      return { terms, weights, name, labels: batch.labels as Labels, scores, dims, ignoreIndex };
    case "argmaxOfBoth":
      return { terms, weights, name, labels: highest(batch.labels as Floats, dims), scores, dims };
    case "sign":
      return {
        terms,
        weights,
        name,
        labels: new Uint8Array(terms.length).fill(1),
        predictions: allRight(scores, batch.labels as Floats, terms.length, batch.boundary),
      };
    case undefined:
      return { terms, weights, name };
  }
}

/** For each position the class with the highest target, ties to the lowest. */
function highest(targets: Floats, dims: readonly number[]): Int32Array {
  const [samples = 0, classes = 1, ...rest] = dims;
  const inner = rest.reduce((n, d) => n * d, 1);
  const labels = new Int32Array(samples * inner);
  for (let sample = 0; sample < samples; sample++) {
    for (let position = 0; position < inner; position++) {
      let best = 0;
      const at = (c: number) => targets[(sample * classes + c) * inner + position] as number;
      for (let c = 1; c < classes; c++) if (at(c) > at(best)) best = c;
      labels[sample * inner + position] = best;
    }
  }
  return labels;
}

/**
 * 1 for each row of which every score lies on its label's side of the boundary: above for labels above one half. NaN is never
 * right.
 */
function allRight(scores: Floats, labels: Floats, rows: number, boundary: number): Uint8Array {
  const width = rows === 0 ? 0 : scores.length / rows;
  return Uint8Array.from({ length: rows }, (_, row) => {
    for (let i = row * width; i < (row + 1) * width; i++) {
      const score = scores[i] as number;
      if (Number.isNaN(score) || score > boundary !== (labels[i] as number) > 0.5) return 0;
    }
    return 1;
  });
}
