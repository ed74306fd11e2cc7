import type { ReportRecord } from "./run-record.ts";

/** The reports of a phase, in their order. */
export function reportsOf(reports: readonly ReportRecord[], phase: string): readonly ReportRecord[] {
  return reports.filter((report) => report["phase"] === phase);
}

/** The earliest report with the highest accuracy, or with the lowest loss; undefined where none has a finite one. */
export function bestReport(reports: readonly ReportRecord[], measure: "accuracy" | "loss"): ReportRecord | undefined {
  const value = (report: ReportRecord | undefined): number => {
    const number = report?.[measure];
    if (typeof number !== "number" || !Number.isFinite(number)) return -Infinity;
    return measure === "accuracy" ? number : -number;
  };
  return reports.reduce<ReportRecord | undefined>(
    (best, report) => (value(report) > value(best) ? report : best),
    undefined,
  );
}
