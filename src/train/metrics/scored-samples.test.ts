import { expect, test } from "vitest";
import { ScoredSamples } from "./scored-samples.ts";

/** A batch as plain numbers: what is given is written over by the next. */
function read(scored: ScoredSamples, scores: readonly number[], labels: readonly number[]) {
  const batch = scored.of({
    scores: Float32Array.from(scores),
    dims: [labels.length, 2],
    labels: Int32Array.from(labels),
    ignoreIndex: -1,
    kind: "probabilities",
  });
  const { classes, probabilities, predictions } = batch;
  return {
    classes,
    scores: [...batch.scores],
    labels: [...batch.labels],
    predictions: [...predictions],
    probabilities: [...probabilities],
  };
}

test("batches of changing sizes in the same memory, with ignored samples left out", () => {
  const scored = new ScoredSamples();
  const whole = { scores: [0.25, 0.75, 1, 0, 0.5, 0.5], labels: [1, 0, 1], predictions: [1, 0, 0] };
  const expected = { classes: 2, ...whole, probabilities: whole.scores };
  expect(read(scored, whole.scores, whole.labels)).toEqual(expected);
  const part = { scores: [0.25, 0.75, 0.5, 0.5], labels: [1, 1], predictions: [1, 0] };
  expect(read(scored, whole.scores, [1, -1, 1])).toEqual({ classes: 2, ...part, probabilities: part.scores });
  expect(read(scored, [0, 1], [1])).toEqual({
    classes: 2,
    scores: [0, 1],
    labels: [1],
    predictions: [1],
    probabilities: [0, 1],
  });
  expect(read(scored, whole.scores, whole.labels)).toEqual(expected);
  const larger = [...whole.scores, 0, 1];
  expect(read(scored, larger, [1, 0, 1, 0]).scores).toEqual(larger);
});
