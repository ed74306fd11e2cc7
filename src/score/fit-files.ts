import { OnwardError } from "../core/index.ts";
import {
  fitThreshold,
  temperedScores,
  TemperatureSearch,
  TemperatureState,
  type ThresholdMetric,
  thresholdMetrics,
} from "../metrics/index.ts";
import { Database } from "../tables/index.ts";
import { checkTwoClasses } from "./check-options.ts";
import { classCounters } from "./class-counters.ts";
import type { ClassSet } from "./class-set.ts";
import { type OpenFiles, openFiles } from "./open-files.ts";
import { whereRow, withoutIgnored } from "./row-chunk.ts";
import type { ScoreFilesOptions } from "./score-files.ts";
import { classLabel, present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";
import { ScoreState } from "./score-state.ts";

/** What to fit. */
export interface FitWanted {
  /** Whether to fit a temperature, by which scores are divided. */
  readonly temperature?: boolean;
  /** What the threshold of the positive class should make best; no threshold is fitted if absent. */
  readonly threshold?: ThresholdMetric;
}

/** What a fit may change, on some rows. */
export type FitNumbers = { readonly loss?: number; readonly ece?: number } & {
  readonly [Metric in ThresholdMetric]?: number;
};

/** What was fitted, on which files, and what it did to the numbers there. */
export interface Fit {
  readonly files: readonly string[];
  readonly samples: number;
  /** What the scores are to be divided by, as logits. */
  readonly temperature?: number;
  /** The probability of the positive class from which on a row is decided as positive, and what it makes best. */
  readonly threshold?: { readonly metric: ThresholdMetric; readonly label: string | number; readonly value: number };
  readonly before: FitNumbers;
  readonly after: FitNumbers;
}

/**
 * Fits a temperature, a threshold, or both, on the rows of prediction files; the threshold on the probabilities that the
 * temperature gives. Use its `temperature` and `threshold.value` as options for scoring other files.
 *
 * The temperature minimises the log-loss, weighted by the weight column; class weights and label smoothing do not enter.
 *
 * @throws OnwardError `usage` when nothing is wanted, or a threshold of more than two classes; `data` when nothing is best
 *
 * @example
 * ```ts
 * import { fitFiles, scoreFiles } from "onward/score";
 * const options = { label: "label", scores: "logit_", kind: "logits" } as const;
 * const { temperature } = await fitFiles(["val.csv"], options, { temperature: true });
 * const report = await scoreFiles(["new.csv"], { ...options, ...(temperature && { temperature }) });
 * ```
 */
export async function fitFiles(
  patterns: readonly string[],
  options: ScoreOptions,
  wanted: FitWanted,
  more: ScoreFilesOptions = {},
): Promise<Fit> {
  const database = await Database.open(more);
  try {
    return (await fitWith(database, patterns, options, wanted, more)).fit;
  } finally {
    await database.close();
  }
}

/** Fits with a database that is open. */
export async function fitWith(
  database: Database,
  patterns: readonly string[],
  options: ScoreOptions,
  { temperature: wantsTemperature = false, threshold: metric }: FitWanted,
  more: ScoreFilesOptions,
): Promise<{ fit: Fit; classes: ClassSet }> {
  if (!wantsTemperature && metric === undefined) {
    throw new OnwardError("usage", { expected: "a temperature or a threshold to fit", got: "neither" });
  }
  const plain = fitOptions(options);
  const open = await openFiles(database, patterns, plain, more);
  const { classes, layouts } = open;
  if (metric !== undefined) checkTwoClasses("a threshold", classes);
  const { numbers: before, samples } = await numbersOf(open, plain, metric);
  const temperature = wantsTemperature ? await searchTemperature(open, plain) : undefined;
  const cooled = present<ScoreOptions>({ ...plain, temperature });
  const threshold = metric === undefined ? undefined : await searchThreshold(open, cooled, metric);
  const fitted = present<ScoreOptions>({ ...cooled, threshold });
  const { numbers: after } = await numbersOf(open, fitted, metric);
  const label = classLabel(classes.names, classes.positive ?? 1);
  const fit = present<Fit>({
    files: layouts.map(({ file }) => file.path),
    samples,
    temperature,
    threshold: metric === undefined ? undefined : { metric, label, value: threshold },
    before,
    after,
  });
  return { fit, classes };
}

/** The options by which a fit reads rows: nothing that shapes a loss or takes it as it is, and no groups. */
export function fitOptions(options: ScoreOptions): ScoreOptions {
  const { scores, loss, prediction, temperature, threshold } = options;
  const wrong = (expected: string, got: string) => {
    throw new OnwardError("usage", { expected, got });
  };
  if (scores === undefined) wrong("--scores to fit to", "nothing");
  if (loss !== undefined) wrong("a fit to losses that come from --scores", "--loss, which is taken as it is");
  if (prediction !== undefined) wrong("a fit to --scores", "--prediction, which decides by itself");
  if (temperature !== undefined || threshold !== undefined) {
    wrong("either a fit or a given --temperature and --threshold", "both");
  }
  const { label, kind, weight, ignoreLabel, bins, classes, positive } = options;
  return present<ScoreOptions>({ label, scores, kind, weight, ignoreLabel, bins, classes, positive });
}

/** The numbers that a fit may change, of all rows, in one pass. */
export async function numbersOf(
  { pass, classes, layouts }: OpenFiles,
  options: ScoreOptions,
  metric: ThresholdMetric | undefined,
): Promise<{ numbers: FitNumbers; samples: number }> {
  const state = new ScoreState({ options, classes });
  for await (const chunk of pass.rows("all", "scoring")) if (chunk !== "end of file") state.add(chunk);
  if (state.samples === state.ignored) {
    const where = layouts.map(({ file }) => file.path).join(", ");
    throw new OnwardError("data", { expected: "rows to score", got: "none", where });
  }
  const counts = state.confusion?.counts();
  const numbers: Record<string, number | undefined> = { loss: state.loss?.mean(), ece: state.calibration?.read().ece };
  if (metric !== undefined && counts !== undefined) {
    const at = classes.positive ?? 1;
    const [hits, predicted, positives, negatives] = [
      counts.correct[at],
      counts.predicted[at],
      counts.support[at],
      counts.support[1 - at],
    ] as [number, number, number, number];
    numbers[metric] = thresholdMetrics[metric](hits, predicted - hits, positives, negatives);
  }
  return { numbers: present<FitNumbers>(numbers), samples: state.samples };
}

async function searchTemperature({ pass, classes }: OpenFiles, { kind = "logits" }: ScoreOptions): Promise<number> {
  const search = new TemperatureSearch();
  while (search.fit === undefined) {
    const states = search.factors.map((factor) => new TemperatureState(classes.count, factor));
    for await (const chunk of pass.rows("ranks", "fitting the temperature")) {
      if (chunk === "end of file") continue;
      const kept = withoutIgnored(chunk, classes.count);
      const { labels = new Int32Array(0), scores = new Float64Array(0), weights } = kept;
      const logits = temperedScores(scores, kind, 1);
      const batch = weights === undefined ? { logits, labels } : { logits, labels, weights };
      for (const state of states) state.add(batch, (row) => whereRow(kept, row));
    }
    search.take(states);
  }
  return search.fit.temperature;
}

async function searchThreshold(open: OpenFiles, options: ScoreOptions, metric: ThresholdMetric): Promise<number> {
  const positive = open.classes.positive ?? 1;
  for await (const counter of classCounters(open, options, [positive])) return fitThreshold(counter, metric).threshold;
  throw new OnwardError("data", { expected: "rows to fit a threshold to", got: "none" });
}
