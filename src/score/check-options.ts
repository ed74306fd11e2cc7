import { OnwardError, show } from "../core/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { ScoreOptions } from "./score-options.ts";

/** @throws OnwardError `usage` when options contradict each other, or one lacks another */
export function checkOptions(options: ScoreOptions): void {
  const wrong = (expected: string, got: string) => {
    throw new OnwardError("usage", { expected, got });
  };
  const { scores, kind, prediction, loss, label, labelSmoothing, classWeights, topK, bins } = options;
  if (scores === undefined && prediction === undefined && loss === undefined) {
    wrong("--scores, --prediction or --loss", "none of them");
  }
  if (scores !== undefined && kind === undefined) wrong("--kind with --scores", "nothing");
  if (scores === undefined && kind !== undefined) wrong("--scores with --kind", "nothing");
  if (label === undefined && (scores !== undefined || prediction !== undefined)) wrong("--label", "nothing");
  if (options.ignoreLabel !== undefined && label === undefined) wrong("--label with --ignore-label", "nothing");
  if (options.batch !== undefined && options.batchSize !== undefined) wrong("either --batch or --batch-size", "both");
  if (labelSmoothing !== undefined && !(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    wrong("--label-smoothing to be in [0, 1]", show(labelSmoothing));
  }
  const shaped = classWeights !== undefined || (labelSmoothing ?? 0) > 0;
  if (shaped && (loss !== undefined || scores === undefined)) {
    wrong(
      "--class-weights and --label-smoothing with losses that come from --scores",
      loss === undefined ? "no --scores" : "--loss, which is taken as it is",
    );
  }
  checkFitted(options, wrong);
  if (scores === undefined && (topK !== undefined || bins !== undefined))
    wrong("--scores with --top-k and --bins", "nothing");
}

/** What a fit gives goes with scores, and with nothing that would be in its way. */
function checkFitted(
  { scores, temperature, threshold, loss, prediction }: ScoreOptions,
  wrong: (expected: string, got: string) => void,
): void {
  if (temperature !== undefined) {
    if (!(temperature > 0 && temperature < Infinity)) {
      wrong("a temperature above 0", show(temperature));
    }
    if (scores === undefined) wrong("--scores with a temperature", "nothing");
    if (loss !== undefined)
      wrong("a temperature with losses that come from --scores", "--loss, which is taken as it is");
  }
  if (threshold === undefined) return;
  if (!(threshold >= 0 && threshold <= 1)) wrong("a threshold in [0, 1]", show(threshold));
  if (scores === undefined) wrong("--scores with a threshold", "nothing");
  if (prediction !== undefined) wrong("either a threshold or --prediction", "both");
}

/** @throws OnwardError `usage` when there are not two classes */
export function checkTwoClasses(option: string, { count }: ClassSet): void {
  if (count === 2) return;
  throw new OnwardError("usage", { expected: `${option} with two classes only`, got: `${count} classes` });
}

/** @throws OnwardError `usage` when the class weights do not fit the classes */
export function checkClassWeights({ classWeights }: ScoreOptions, classes: ClassSet): void {
  if (classWeights === undefined) return;
  if (classWeights.length !== classes.count) {
    throw new OnwardError("usage", {
      expected: `${classes.count} class weights, one a class`,
      got: String(classWeights.length),
    });
  }
  const bad = classWeights.find((weight) => !(weight >= 0 && weight < Infinity));
  if (bad !== undefined) throw new OnwardError("usage", { expected: "class weights of at least 0", got: show(bad) });
}
