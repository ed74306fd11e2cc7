import type { PhaseReport } from "../train/index.ts";
import { formatCount, formatDifference, formatNumber, formatShare } from "./format.ts";
import { tableHead, tableRow, type Column } from "./table.ts";

const columns: readonly Column[] = [
  { title: "epoch", width: 5 },
  { title: "phase", width: 10, align: "left" },
  { title: "loss", width: 11 },
  { title: "batch-mean", width: 11 },
  { title: "difference", width: 10 },
  { title: "accuracy %", width: 10 },
  { title: "95 % interval", width: 16, align: "left" },
  { title: "samples/s", width: 9 },
  { title: "", width: 0, align: "left" },
];

/** From this many seconds of a phase on, a fifth of them spent waiting for data is told. */
const worthSaying = 5;

/** The titles of the table of reports. */
export const reportHead = tableHead(columns);

/**
 * A phase's report as a row: loss, batch-mean loss, their difference, accuracy with its interval, samples a second. Where
 * samples are left out, ignored or not finite, or data is slow to come, the row says so.
 */
export function reportRow(report: PhaseReport): string {
  const [low, high] = report.accuracyInterval ?? [];
  return tableRow(columns, [
    report.epoch === undefined ? "-" : String(report.epoch),
    report.phase,
    formatNumber(report.loss),
    formatNumber(report.batchMeanLoss),
    formatDifference(report.batchMeanBias),
    formatShare(report.accuracy),
    low === undefined ? "-" : `[${formatShare(low)}, ${formatShare(high)}]`,
    formatCount(report.samplesPerSecond),
    remarks(report).join("; "),
  ]);
}

function remarks(report: PhaseReport): string[] {
  const { samples, datasetSize, ignored, nonFinite, firstNonFinite, metrics = {}, skippedSteps } = report;
  const { seconds, waitSeconds } = report;
  const found = Object.entries(metrics).map(([name, value]) => `${name} ${formatNumber(value)}`);
  if (skippedSteps !== undefined) found.push(`${formatCount(skippedSteps)} steps skipped`);
  if (seconds >= worthSaying && waitSeconds >= 0.2 * seconds) {
    found.push(`waited ${Math.round((100 * waitSeconds) / seconds)} % of the time for data`);
  }
  if (samples !== datasetSize) found.push(`${formatCount(samples)} of ${formatCount(datasetSize)} samples seen`);
  if (ignored > 0) found.push(`${formatCount(ignored)} ignored`);
  if (nonFinite > 0) {
    const first = firstNonFinite === undefined ? "" : `, first in ${firstNonFinite}`;
    found.push(`${formatCount(nonFinite)} not finite${first}`);
  }
  return found;
}
