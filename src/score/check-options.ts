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
  if (scores === undefined && (topK !== undefined || bins !== undefined))
    wrong("--scores with --top-k and --bins", "nothing");
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
