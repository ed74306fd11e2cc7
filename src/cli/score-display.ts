import type { ScoreReport } from "../score/index.ts";
import { formatCount, formatDifference, formatNumber, formatShare } from "./format.ts";
import { type Column, tableHead, tableRow } from "./table.ts";

type Interval = readonly [low: number, high: number];

/** The most classes whose matrix fits a terminal. */
const widestMatrix = 20;

/** A report as text: the averages, the metrics with their intervals, and by class. */
export function describeScore(report: ScoreReport): string {
  const parts = [averages(report), metrics(report), classes(report), confusion(report), reliability(report)];
  for (const [name, group] of Object.entries(report.by ?? {})) {
    parts.push(
      `${name}: loss ${formatNumber(group.loss)}, accuracy ${formatShare(group.accuracy)} % of ${formatCount(group.samples - group.ignored)}`,
    );
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function averages(report: ScoreReport): string {
  const { samples, ignored, loss, lossStandardError, batchMeanLoss, batchMeanBias, batches } = report;
  const lines = [`${formatCount(samples)} rows${ignored > 0 ? `, ${formatCount(ignored)} of them ignored` : ""}`];
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
    lines.push(`not finite       ${formatCount(report.nonFinite)} rows, the first: ${report.firstNonFinite ?? ""}`);
  }
  return lines.join("\n");
}

function metrics({ metrics, intervals }: ScoreReport): string {
  const rows: [name: string, value: number | undefined, interval: Interval | undefined][] = [];
  for (const [k, value] of Object.entries(metrics.topK ?? {}))
    rows.push([`top-${k} accuracy`, value, intervals.topK?.[k]]);
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
  const lines = shown.map(([name, value, interval]) => `${name.padEnd(29)}${fixed(value)}${between(interval)}`);
  const without = metrics.withoutSupport ?? [];
  if (without.length > 0 && shown.length > 0) {
    lines.push(
      `The averages leave out classes without support: ${without.slice(0, 10).join(", ")}${without.length > 10 ? ", ..." : ""}.`,
    );
  }
  return lines.join("\n");
}

function classes({ metrics: { perClass } }: ScoreReport): string {
  if (perClass === undefined) return "";
  const width = Math.min(30, Math.max(5, ...perClass.map(({ label }) => String(label).length)));
  const columns: Column[] = [
    { title: "class", width, align: "left" },
    ...["support", "precision", "recall", "f1", "loss", "ROC AUC"].map((title) => ({ title, width: 10 })),
  ];
  const shown = perClass.slice(0, 50);
  const lines = shown.map(({ label, support, precision, recall, f1, loss, rocAuc }) =>
    tableRow(columns, [
      String(label),
      amount(support),
      ...[precision, recall, f1].map(fixed),
      formatNumber(loss),
      fixed(rocAuc),
    ]),
  );
  if (perClass.length > shown.length)
    lines.push(`... and ${perClass.length - shown.length} more classes (--json has them)`);
  return [tableHead(columns), ...lines].join("\n");
}

function confusion({ metrics: { confusion, perClass } }: ScoreReport): string {
  if (confusion === undefined || confusion.length > widestMatrix) return "";
  const names = (perClass ?? []).map(({ label }) => String(label).slice(0, 9));
  const width = Math.max(
    4,
    ...names.map((name) => name.length),
    ...confusion.flat().map((count) => formatCount(count).length),
  );
  const columns: Column[] = [{ title: "true", width, align: "left" }, ...names.map((title) => ({ title, width }))];
  const lines = confusion.map((row, k) => tableRow(columns, [names[k] ?? String(k), ...row.map(formatCount)]));
  return ["Confusion: rows are true labels, columns predictions", tableHead(columns), ...lines].join("\n");
}

function reliability({ metrics: { calibration } }: ScoreReport): string {
  const bins = calibration?.bins.filter(({ samples }) => samples > 0) ?? [];
  if (bins.length === 0) return "";
  const cells = 40;
  const lines = bins.map(({ low, high, samples, confidence = 0, accuracy = 0 }) => {
    const bar: string[] = Array.from({ length: cells + 1 }, (_, i) => (i < Math.round(accuracy * cells) ? "=" : " "));
    bar[Math.round(confidence * cells)] = "|";
    return `${low.toFixed(2)}-${high.toFixed(2)}  ${bar.join("")}  ${fixed(accuracy)}  ${formatCount(samples)}`;
  });
  return ["Reliability: accuracy (bar) at each confidence (|), rows", ...lines].join("\n");
}

function within(interval: Interval | undefined): string {
  return interval === undefined ? "" : ` [${formatShare(interval[0])}, ${formatShare(interval[1])}]`;
}

function between(interval: Interval | undefined): string {
  return interval === undefined ? "" : `  [${fixed(interval[0])}, ${fixed(interval[1])}]`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? "-" : Number.isFinite(value) ? value.toFixed(4) : String(value);
}

function amount(value: number | undefined): string {
  return value === undefined ? "-" : Number.isInteger(value) ? formatCount(value) : formatNumber(value);
}
