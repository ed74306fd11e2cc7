import { resolve } from "node:path";
import { OnwardError } from "../core/index.ts";
import { Database } from "../tables/index.ts";
import { type Fit, type FitNumbers, fitOptions, type FitWanted, fitWith, numbersOf } from "./fit-files.ts";
import { openFiles } from "./open-files.ts";
import { type ScoreFilesOptions, scoreWith } from "./score-files.ts";
import { present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { ScoreReport } from "./score-report.ts";
import { reportOf } from "./scored.ts";
import { writeState } from "./state-file.ts";

/** A report of rows that a fit was applied to. */
export interface FittedReport extends ScoreReport {
  readonly fitted: Fit & {
    /** What the fit did to the numbers of the reported rows, which it has not seen. */
    readonly reported: { readonly before: FitNumbers; readonly after: FitNumbers };
  };
}

/** What to fit, and on which files. */
export interface FitRequest extends FitWanted {
  /** Files or globs; other rows than those that are reported. */
  readonly on: readonly string[];
}

/**
 * Fits on one set of files and reports another: temperature, threshold, or both.
 *
 * @throws OnwardError as `fitFiles` and `scoreFiles` do, and `usage` when a file is in both sets
 *
 * @example
 * ```ts
 * import { scoreFitted } from "onward/score";
 * const options = { label: "label", scores: "logit_", kind: "logits" } as const;
 * const { fitted, loss } = await scoreFitted(["new.csv"], options, { on: ["val.csv"], temperature: true });
 * console.log(fitted.temperature, fitted.reported.before.loss, loss);
 * ```
 */
export async function scoreFitted(
  patterns: readonly string[],
  options: ScoreOptions,
  { on, ...wanted }: FitRequest,
  more: ScoreFilesOptions = {},
): Promise<FittedReport> {
  const database = await Database.open(more);
  try {
    const { fit, classes } = await fitWith(database, on, options, wanted, more);
    const plain = fitOptions(options);
    const open = await openFiles(database, patterns, plain, more);
    const seen = fit.files.map((path) => resolve(path));
    const twice = open.layouts.find(({ file }) => seen.includes(resolve(file.path)));
    if (twice !== undefined) {
      throw new OnwardError("usage", {
        expected: "other files to fit on than those that are scored",
        got: twice.file.path,
        advice: "what is fitted flatters the rows that it was fitted on",
      });
    }
    if (JSON.stringify(open.classes) !== JSON.stringify(classes)) {
      throw new OnwardError("data", {
        expected: "the same classes in the files to fit on and to score",
        got: "others",
        advice: "give --classes",
      });
    }
    const { temperature, threshold } = fit;
    const applied = { temperature, threshold: threshold?.value };
    const metric = threshold?.metric;
    const { numbers: before } = await numbersOf(open, plain, metric);
    const { numbers: after } = await numbersOf(open, present<ScoreOptions>({ ...plain, ...applied }), metric);
    const scored = await scoreWith(database, patterns, present<ScoreOptions>({ ...options, ...applied }), more);
    if (more.state !== undefined) await writeState(database, more.state, scored);
    return { ...reportOf(scored), fitted: { ...fit, reported: { before, after } } };
  } finally {
    await database.close();
  }
}
