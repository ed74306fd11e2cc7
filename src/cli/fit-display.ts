import type { FitNumbers, FittedReport } from "../score/index.ts";
import { formatCount, formatNumber } from "./format.ts";

const names: Readonly<Record<string, string>> = {
  loss: "loss",
  ece: "calibration error",
  balancedAccuracy: "balanced accuracy",
  mcc: "Matthews",
};

/** What was fitted where, and what it did there and on the reported rows, as text. */
export function describeFit({
  files,
  samples,
  temperature,
  threshold,
  before,
  after,
  reported,
}: FittedReport["fitted"]): string {
  const on = files.length === 1 ? (files[0] ?? "") : `${files.length} files`;
  const lines = [`Fitted on ${formatCount(samples)} rows of ${on}, applied here`];
  if (temperature !== undefined) lines.push(`temperature      ${formatNumber(temperature)}`);
  if (threshold !== undefined) {
    const { metric, label, value } = threshold;
    lines.push(`threshold        ${formatNumber(value)} for ${label}, by ${names[metric] ?? metric}`);
  }
  for (const [place, numbers] of [["there", { before, after }] as const, ["here", reported] as const]) {
    for (const name of Object.keys(numbers.after) as (keyof FitNumbers)[]) {
      const [from, to] = [formatNumber(numbers.before[name]), formatNumber(numbers.after[name])];
      lines.push(`${place.padEnd(7)}${(names[name] ?? name).padEnd(20)}${from} -> ${to}`);
    }
  }
  return lines.join("\n");
}
