// What runs models is loaded when it is called for: that takes longer than to score a small file.
import type { Source } from "../data/index.ts";
import type { ScoreKind } from "../metrics/index.ts";
import type { PredictOptions } from "./predict-file.ts";

/** The columns of a prediction file, as options for `scoreFiles`. */
export const predictionColumns = { label: "label", scores: "scores" } as const;

/**
 * Runs a model over a data set and writes what `scoreFiles` reads, as Parquet, CSV or JSON lines by the ending of `out`: `key` (the sample's number, from 0), `label`,
 * `scores` (a list) and `loss`. The first output of the model is its scores, of shape [batch, classes].
 *
 * The preprocessing that a model file holds is applied, in place of the one that the source was read with.
 *
 * @throws OnwardError `usage` when the ending is another, `model` when the model does not fit the data, `data` when scores contradict their kind
 */
export async function predictFile(model: string, source: Source, out: string, options: PredictOptions): Promise<void> {
  const { writePredictions } = await import("./predict-file.ts");
  return writePredictions(model, source, out, options);
}

/**
 * Settles what the scores of a model file are: what its graph says, where they come straight out of a Softmax or LogSoftmax over
 * the classes; else what its metadata say that it was trained as; else what is declared. Log-probabilities can be declared as
 * logits, as their softmax gives the same probabilities.
 *
 * @throws OnwardError `usage` when the declaration contradicts the file, or when neither says it
 */
export async function modelKind(file: string, declared?: ScoreKind): Promise<ScoreKind> {
  const { readModelKind } = await import("./model-kind.ts");
  return readModelKind(file, declared);
}
