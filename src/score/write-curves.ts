import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { OnwardError, show } from "../core/index.ts";
import { precisionRecallCurve, rocCurve } from "../metrics/index.ts";
import { Database } from "../tables/index.ts";
import { classCounters } from "./class-counters.ts";
import { openFiles } from "./open-files.ts";
import type { ScoreFilesOptions } from "./score-files.ts";
import { classLabel, present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";

/** The columns of a curve file. What a point of one curve does not have is empty. */
const columns = [
  "label",
  "curve",
  "falsePositiveRate",
  "truePositiveRate",
  "precision",
  "recall",
  "threshold",
] as const;
type Point = Readonly<Partial<Record<(typeof columns)[number], string | number>>>;

/**
 * Writes the ROC and precision-recall curves of prediction files, as CSV or JSON lines by the ending of `out`: one point a row,
 * `label`, `curve` ("roc" or "precision-recall"), its two coordinates and the threshold. With two classes the curves are those
 * of the positive class; else those of each class against the rest, where it has rows and others have.
 *
 * @throws OnwardError `usage` when the ending is another or there are no scores; `file` when it cannot be written; else as
 *   `scoreFiles` does
 *
 * @example
 * ```ts
 * import { writeCurves } from "onward/score";
 * await writeCurves(["val.csv"], { label: "label", scores: "logit_", kind: "logits" }, "curves.csv");
 * ```
 */
export async function writeCurves(
  patterns: readonly string[],
  options: ScoreOptions,
  out: string,
  more: ScoreFilesOptions = {},
): Promise<void> {
  checkCurves(options, out);
  const asText = /\.csv$/i.test(out) ? csvLine : jsonLine;
  const { label, scores, kind, weight, ignoreLabel, classes: names, positive, temperature } = options;
  const plain = present<ScoreOptions>({
    label,
    scores,
    kind,
    weight,
    ignoreLabel,
    classes: names,
    positive,
    temperature,
  });
  const database = await Database.open(more);
  try {
    const open = await openFiles(database, patterns, plain, more);
    const { classes } = open;
    const wanted = classes.positive === undefined ? [...Array(classes.count).keys()] : [classes.positive];
    const lines = async function* (): AsyncGenerator<string> {
      if (asText === csvLine) yield `${columns.join(",")}\n`;
      for await (const counter of classCounters(open, plain, wanted)) {
        const of = { label: classLabel(classes.names, counter.positive) };
        for (const point of rocCurve(counter)) yield asText({ ...of, curve: "roc", ...point });
        for (const point of precisionRecallCurve(counter)) yield asText({ ...of, curve: "precision-recall", ...point });
      }
    };
    await pipeline(lines, createWriteStream(out)).catch((cause: unknown) => {
      if (cause instanceof OnwardError) throw cause;
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new OnwardError("file", { expected: "a file to write curves to", got, where: out, cause });
    });
  } finally {
    await database.close();
  }
}

/** @throws OnwardError `usage` when curves cannot be written there, or there are no scores to draw */
export function checkCurves({ scores }: ScoreOptions, out: string): void {
  if (!/\.(csv|jsonl)$/i.test(out)) {
    throw new OnwardError("usage", { expected: "a file ending in .csv or .jsonl to write curves to", got: show(out) });
  }
  if (scores === undefined) throw new OnwardError("usage", { expected: "--scores with --curves", got: "nothing" });
}

function csvLine(point: Point): string {
  const cell = (value: string | number = "") =>
    typeof value === "string" && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value);
  return `${columns.map((name) => cell(point[name])).join(",")}\n`;
}

function jsonLine(point: Point): string {
  return `${JSON.stringify(point)}\n`;
}
