import type { Comparison } from "../score/index.ts";
import { formatCount, formatDifference } from "./format.ts";
import { type Column, tableHead, tableRow } from "./table.ts";

/** How two models compare, as text. Differences are first minus second. */
export function describeComparison({
  rows,
  onlyInFirst,
  onlyInSecond,
  difference,
  mcnemar,
  rocAuc,
  perClass,
}: Comparison): string {
  const lines = [`\nFirst minus second, on the ${formatCount(rows)} rows of both`];
  if (onlyInFirst + onlyInSecond > 0) {
    lines.push(
      `left out: ${formatCount(onlyInFirst)} rows only in the first, ${formatCount(onlyInSecond)} only in the second`,
    );
  }
  const add = (name: string, value: number | undefined, interval: readonly [number, number] | undefined, note = "") => {
    if (value === undefined) return;
    const range = interval === undefined ? "" : `  [${interval.map(formatDifference).join(", ")}]`;
    lines.push(`${name.padEnd(10)}${formatDifference(value)}${range}${note}`);
  };
  add("loss", difference.loss, difference.lossInterval);
  const test =
    mcnemar &&
    `  ${formatCount(mcnemar.firstOnly)} against ${formatCount(mcnemar.secondOnly)} disagreements, McNemar p = ${mcnemar.pValue.toPrecision(3)}`;
  add("accuracy", difference.accuracy, difference.accuracyInterval, test);
  add("ROC AUC", rocAuc?.difference, rocAuc?.interval, rocAuc && `  DeLong p = ${rocAuc.pValue.toPrecision(3)}`);
  const changed = (perClass ?? []).filter(({ firstOnly, secondOnly }) => firstOnly + secondOnly > 0).slice(0, 50);
  if (changed.length > 0) {
    const columns: Column[] = [
      { title: "class", width: Math.max(5, ...changed.map(({ label }) => String(label).length)), align: "left" },
      ...["support", "first only", "second only"].map((title) => ({ title, width: 11 })),
    ];
    lines.push("", tableHead(columns));
    for (const { label, support, firstOnly, secondOnly } of changed) {
      lines.push(tableRow(columns, [String(label), ...[support, firstOnly, secondOnly].map(formatCount)]));
    }
  }
  return `${lines.join("\n")}\n`;
}
