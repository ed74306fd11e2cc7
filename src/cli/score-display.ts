import type { ScoreReport } from "../score/index.ts";
import { describeClasses, describeConfusion } from "./class-display.ts";
import { cut, formatCount, formatDifference, formatFixed, formatNumber, formatShare } from "./format.ts";
import { describeReliability } from "./reliability-display.ts";
import { type Column, tableHead, tableRow } from "./table.ts";

type Interval = readonly [low: number, high: number];

/** The most groups that are listed. */
const mostGroups = 30;

/** A report as text, in so many columns: the averages, the metrics with their 95 % intervals, and by class and group. */
export function describeScore(report: ScoreReport, width = 80): string {
  const parts = [
    averages(report),
    metrics(report),
    describeClasses(report, width),
    describeConfusion(report, width),
    describeReliability(report, width),
    groups(report, width),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function averages(report: ScoreReport): string {
  const { samples, ignored, loss, lossStandardError, batchMeanLoss, batchMeanBias, batches } = report;
  const lines = [
    `${formatCount(samples)} ${samples === 1 ? "row" : "rows"}${ignored > 0 ? `, ${formatCount(ignored)} of them ignored` : ""}`,
  ];
  if (loss !== undefined) {
    lines.push(
      `loss             ${formatNumber(loss)}${lossStandardError === undefined ? "" : ` +- ${formatNumber(lossStandardError)} (standard error)`}`,
    );
  }
  if (batchMeanLoss !== undefined) {
    lines.push(
      `batch-mean loss  ${formatNumber(batchMeanLoss)} over ${formatCount(batches ?? 0)} batches, ${formatDifference(batchMeanBias)} from the loss`,
    );
  }
  if (report.accuracy !== undefined) {
    lines.push(
      `accuracy         ${formatShare(report.accuracy)} %${within(report.accuracyInterval)}, ${formatCount(report.correct ?? 0)} of ${formatCount(samples - ignored)}`,
    );
  }
  if (report.nonFinite > 0) {
    lines.push(
      `not finite       ${formatCount(report.nonFinite)} ${report.nonFinite === 1 ? "row" : "rows"}, the first: ${report.firstNonFinite ?? ""}`,
    );
  }
  return lines.join("\n");
}

function metrics({ metrics, intervals, accuracy }: ScoreReport): string {
  const rows: [name: string, value: number | undefined, interval: Interval | undefined][] = [];
  for (const [k, value] of Object.entries(metrics.topK ?? {})) {
    if (k !== "1" || value !== accuracy) rows.push([`top-${k} accuracy`, value, intervals.topK?.[k]]);
  }
  rows.push(["balanced accuracy", metrics.balancedAccuracy, intervals.balancedAccuracy]);
  for (const name of ["precision", "recall", "f1", "specificity", "jaccard"] as const) {
    rows.push([`${name}, macro`, metrics[name]?.macro, intervals[name]?.macro]);
  }
  rows.push(["Cohen's kappa", metrics.kappa, intervals.kappa], ["Matthews", metrics.mcc, intervals.mcc]);
  rows.push(["ROC AUC", metrics.rocAuc?.binary, intervals.rocAuc?.binary]);
  rows.push(["ROC AUC, one-vs-rest, macro", metrics.rocAuc?.macroOvr, undefined]);
  rows.push(["ROC AUC, one-vs-one, macro", metrics.rocAuc?.macroOvo, undefined]);
  rows.push(["average precision, macro", metrics.averagePrecision?.macro, undefined]);
  rows.push(["Brier", metrics.brier, intervals.brier]);
  rows.push(["calibration error, expected", metrics.calibration?.ece, undefined]);
  rows.push(["calibration error, maximum", metrics.calibration?.mce, undefined]);
  const shown = rows.filter(([, value]) => value !== undefined);
  if (shown.length === 0) return "";
  const head = shown.some(([, , interval]) => interval !== undefined) ? `${" ".repeat(37)}95 % interval` : undefined;
  const lines = shown.map(([name, value, interval]) => `${name.padEnd(29)}${formatFixed(value)}${between(interval)}`);
  const without = metrics.withoutSupport ?? [];
  if (without.length > 0) {
    lines.push(
      `The averages leave out classes without support: ${without.slice(0, 10).join(", ")}${without.length > 10 ? ", ..." : ""}.`,
    );
  }
  return [...(head === undefined ? [] : [head]), ...lines].join("\n");
}

function groups({ by = {} }: ScoreReport, width: number): string {
  const all = Object.entries(by);
  if (all.length === 0) return "";
  const shown = all.slice(0, mostGroups);
  const names = shown.map(([name]) => cut(name, Math.max(8, width - 60)));
  const columns: Column[] = [
    { title: "group", width: Math.max(5, ...names.map((name) => name.length)), align: "left" },
    { title: "rows", width: 9 },
    { title: "loss", width: 10 },
    { title: "accuracy, %", width: 24, align: "left" },
  ];
  const lines = shown.map(([, group], i) => {
    const accuracy = `${formatShare(group.accuracy)}${within(group.accuracyInterval)}`;
    const rows = formatCount(group.samples - group.ignored);
    return tableRow(columns, [names[i] ?? "", rows, formatNumber(group.loss), accuracy]);
  });
  const left = all.length - shown.length;
  const rest = left === 0 ? [] : [`... and ${formatCount(left)} more groups (--json has all)`];
  return [tableHead(columns), ...lines, ...rest].join("\n");
}

function within(interval: Interval | undefined): string {
  return interval === undefined ? "" : ` [${formatShare(interval[0])}, ${formatShare(interval[1])}]`;
}

function between(interval: Interval | undefined): string {
  return interval === undefined ? "" : `  [${formatFixed(interval[0])}, ${formatFixed(interval[1])}]`;
}
