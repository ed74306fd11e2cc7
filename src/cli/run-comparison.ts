import { stringify } from "../core/index.ts";
import { independentProportionsInterval, normalQuantile95 } from "../metrics/index.ts";
import { bestReport, reportsOf, type ReportRecord, type Run } from "../runs/index.ts";

/** An option that two runs do not share; what a run does not have is absent. */
export interface OptionDifference {
  readonly name: string;
  readonly first?: unknown;
  readonly second?: unknown;
}

/** One of a run's values, and the epoch that it is of. */
export interface ComparedValue {
  readonly value: number;
  readonly epoch?: number;
}

/** A value of two runs side by side. */
export interface ValueComparison {
  readonly measure: string;
  /** Of all epochs the best, or the last epoch's. */
  readonly which: "best" | "last";
  readonly first?: ComparedValue;
  readonly second?: ComparedValue;
  /** First minus second; absent where one of them is. */
  readonly difference?: number;
  /** Its 95 % interval, as if the two were of different samples; absent without counts or standard errors. */
  readonly interval?: readonly [low: number, high: number];
}

/** How two runs differ. */
export interface RunComparison {
  readonly options: readonly OptionDifference[];
  readonly versions: readonly OptionDifference[];
  readonly phases: readonly { readonly phase: string; readonly values: readonly ValueComparison[] }[];
}

/**
 * Compares two runs: what they were made with, and what came out of each phase that one of them has.
 *
 * Intervals are Newcombe's for the difference of two accuracies, and `difference -+ 1.96 sqrt(se1^2 + se2^2)` for that of two
 * losses. They take the samples of the two to be independent; of the same samples they are too wide. The best of many epochs is
 * chosen by its value, for which they do not account.
 */
export function compareRuns(first: Run, second: Run): RunComparison {
  const phases = new Set([first, second].flatMap(({ reports }) => reports.map(({ phase }) => phase)));
  return {
    options: differences(first.record.options, second.record.options),
    versions: differences(first.record.versions, second.record.versions),
    phases: [...phases].flatMap((phase) => {
      if (typeof phase !== "string") return [];
      const [a, b] = [reportsOf(first.reports, phase), reportsOf(second.reports, phase)];
      return [{ phase, values: comparePhase(a, b) }];
    }),
  };
}

function differences(first: unknown = {}, second: unknown = {}): OptionDifference[] {
  const [a, b] = [first, second].map((value) => (typeof value === "object" && value !== null ? value : {})) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => stringify([a[name]]) !== stringify([b[name]]))
    .map((name) => ({
      name,
      ...(a[name] !== undefined && { first: a[name] }),
      ...(b[name] !== undefined && { second: b[name] }),
    }));
}

function comparePhase(first: readonly ReportRecord[], second: readonly ReportRecord[]): ValueComparison[] {
  const last = [first.at(-1), second.at(-1)] as const;
  const values: (ValueComparison | undefined)[] = [];
  for (const measure of ["accuracy", "loss"] as const) {
    values.push(compareValue(measure, "best", bestReport(first, measure), bestReport(second, measure)));
    values.push(compareValue(measure, "last", ...last));
  }
  const names = new Set(last.flatMap((report) => Object.keys(metricsOf(report))));
  for (const name of names) values.push(compareValue(name, "last", metricsOf(last[0]), metricsOf(last[1]), last));
  return values.filter((value) => value !== undefined);
}

/** Undefined where neither has a number. */
function compareValue(
  measure: string,
  which: "best" | "last",
  a: ReportRecord | undefined,
  b: ReportRecord | undefined,
  reports: readonly (ReportRecord | undefined)[] = [a, b],
): ValueComparison | undefined {
  const [first, second] = [a, b].map((values, i): ComparedValue | undefined => {
    const [value, epoch] = [values?.[measure], reports[i]?.["epoch"]];
    return typeof value === "number" ? { value, ...(typeof epoch === "number" && { epoch }) } : undefined;
  });
  if (first === undefined && second === undefined) return undefined;
  if (first === undefined || second === undefined)
    return { measure, which, ...(first && { first }), ...(second && { second }) };
  const difference = first.value - second.value;
  const interval = measure === "accuracy" ? accuracyInterval(a, b) : lossInterval(measure, difference, a, b);
  return { measure, which, first, second, difference, ...(interval && { interval }) };
}

function accuracyInterval(...reports: (ReportRecord | undefined)[]): [number, number] | undefined {
  const counts = reports.map((report) => {
    const { correct, samples, ignored } = report ?? {};
    const known = typeof correct === "number" && typeof samples === "number" && typeof ignored === "number";
    return { successes: known ? correct : 0, trials: known ? samples - ignored : 0 };
  });
  const [first, second] = counts;
  return first && second && independentProportionsInterval(first, second);
}

function lossInterval(
  measure: string,
  difference: number,
  ...reports: (ReportRecord | undefined)[]
): [number, number] | undefined {
  const [one, other] = reports.map((report) => report?.["lossStandardError"]);
  if (measure !== "loss" || typeof one !== "number" || typeof other !== "number") return undefined;
  const reach = normalQuantile95 * Math.hypot(one, other);
  return [difference - reach, difference + reach];
}

function metricsOf(report: ReportRecord | undefined): ReportRecord {
  const metrics = report?.["metrics"];
  return typeof metrics === "object" && metrics !== null ? (metrics as ReportRecord) : {};
}
