import {
  balancedAccuracy,
  type Calibration,
  type ClassAverages,
  type ClassCounts,
  cohensKappa,
  type ConfusionState,
  fBeta,
  jaccard,
  matthews,
  normalQuantile95,
  occurringClasses,
  precision,
  rankedReads,
  type RankedReads,
  type RankedSummary,
  recall,
  resampledIntervals,
  specificity,
} from "../metrics/index.ts";
import type { ScoreState } from "./score-state.ts";

type Interval = [low: number, high: number];
type Averaged<T> = { micro?: T; macro?: T; weighted?: T };

/** Metrics of one class. */
export interface ClassMetrics<T> {
  readonly label: string | number;
  readonly support?: T;
  readonly precision?: T;
  readonly recall?: T;
  readonly f1?: T;
  readonly loss?: T;
  readonly rocAuc?: T;
}

/** What is read besides loss and accuracy: numbers, or the intervals of numbers. What is undefined is absent. */
export interface Metrics<T> {
  topK?: Record<string, T>;
  balancedAccuracy?: T;
  precision?: Averaged<T>;
  recall?: Averaged<T>;
  f1?: Averaged<T>;
  specificity?: Averaged<T>;
  jaccard?: Averaged<T>;
  kappa?: T;
  mcc?: T;
  rocAuc?: { binary?: T; macroOvr?: T; weightedOvr?: T; macroOvo?: T; weightedOvo?: T };
  averagePrecision?: { binary?: T; macro?: T };
  brier?: T;
  perClass?: ClassMetrics<T>[];
}

/** The metrics of a report. */
export interface MetricValues extends Metrics<number> {
  calibration?: Calibration;
  confusion?: number[][];
  /** Classes without support, which the averages leave out. */
  withoutSupport?: (string | number)[];
}

const averaged = {
  precision,
  recall,
  f1: (counts: ClassCounts) => fBeta(counts, 1),
  specificity,
  jaccard,
} satisfies Record<string, (counts: ClassCounts) => ClassAverages>;
const ofClasses = ["precision", "recall", "f1"] as const;
const perClassNames: ReadonlySet<string> = new Set(ofClasses);
const reads = Object.entries(averaged);
const averageNames = ["micro", "macro", "weighted"] as const;

/** How much of a report is made: for many groups, less of each. */
export interface ReportDetail {
  /** How often counts are resampled. */
  readonly resamples?: number;
  /** Whether there is a confusion matrix. */
  readonly confusion?: boolean;
}

/** Reads all metrics of a state, and their intervals. */
export function scoreMetrics(
  state: ScoreState,
  ranks: readonly RankedSummary[] | undefined,
  { resamples = 1000, confusion = true }: ReportDetail,
): { metrics: MetricValues; intervals: Metrics<Interval> } {
  const { classes } = state.shape;
  const label = (k: number) => classLabel(classes.names, k);
  const ranked = ranks === undefined ? undefined : rankedReads(ranks, classes.positive);
  const counts = state.confusion?.counts();
  const all = Array.from({ length: classes.count }, (_, k) => k);
  const values = counts === undefined ? undefined : named(countNames(all), readCounts(counts));
  const losses = state.classLoss?.read();
  const perClass = all.map((k) =>
    present<ClassMetrics<number>>({
      label: label(k),
      support: counts?.support[k],
      ...Object.fromEntries(ofClasses.map((name) => [name, values?.get(`${name}.${k}`)])),
      loss: losses?.[k],
      rocAuc: ranked?.perClass[k],
    }),
  );
  const metrics: MetricValues = present<MetricValues>({
    topK: state.topK?.read(),
    ...(values === undefined ? {} : nest((name) => values.get(name))),
    rocAuc: ranked?.rocAuc,
    averagePrecision: ranked?.averagePrecision,
    brier: state.brier?.read(),
    calibration: state.calibration?.read(),
    perClass: counts === undefined && losses === undefined ? undefined : perClass,
    confusion: confusion ? state.confusion?.matrix() : undefined,
    withoutSupport:
      counts &&
      Array.from(counts.support, (support, k) => ({ support, k }))
        .filter(({ support }) => support === 0)
        .map(({ k }) => label(k)),
  });
  return { metrics, intervals: intervalsOf(state, ranked, resampledOf(state.confusion, resamples), label) };
}

/** The name that reports call a class by: its own, or its index. */
export function classLabel(names: readonly string[] | undefined, k: number): string | number {
  const name = names?.[k];
  return name === undefined || name === String(k) ? k : name;
}

function resampledOf(state: ConfusionState | undefined, resamples: number): Map<string, Interval> | undefined {
  const intervals = state && resampledIntervals(state, readCounts, { resamples });
  return state && intervals && named(countNames(occurringClasses(state)), intervals);
}

function intervalsOf(
  state: ScoreState,
  ranked: RankedReads | undefined,
  resampled: ReadonlyMap<string, Interval> | undefined,
  label: (k: number) => string | number,
): Metrics<Interval> {
  const of = (name: string) => resampled?.get(name);
  const binary = ranked?.intervals.binary;
  const brier = state.brier?.read();
  const brierError = state.brier?.standardError();
  const perClass = Array.from({ length: state.shape.classes.count }, (_, k) =>
    present<ClassMetrics<Interval>>({
      label: label(k),
      ...Object.fromEntries(ofClasses.map((name) => [name, of(`${name}.${k}`)])),
      rocAuc: ranked?.intervals.perClass[k],
    }),
  );
  return present<Metrics<Interval>>({
    topK: state.topK?.intervals(),
    ...(resampled === undefined ? {} : nest(of)),
    rocAuc: binary && { binary },
    brier:
      brier === undefined || brierError === undefined
        ? undefined
        : [Math.max(0, brier - normalQuantile95 * brierError), Math.min(2, brier + normalQuantile95 * brierError)],
    perClass: perClass.some((entry) => Object.keys(entry).length > 1) ? perClass : undefined,
  });
}

/** Everything that is read from counts, in the order of `countNames`. */
function readCounts(counts: ClassCounts): (number | undefined)[] {
  const values: (number | undefined)[] = [];
  for (const [name, read] of reads) {
    const result = read(counts);
    for (const average of averageNames) values.push(result[average]);
    if (perClassNames.has(name)) for (const value of result.perClass) values.push(value);
  }
  values.push(balancedAccuracy(counts), cohensKappa(counts), matthews(counts));
  return values;
}

/** What `readCounts` reads of these classes, by flat names: "f1.macro", "f1.3" for class 3. */
function countNames(classes: readonly number[]): string[] {
  const names = reads.flatMap(([name]) => [
    ...averageNames.map((average) => `${name}.${average}`),
    ...(perClassNames.has(name) ? classes.map((k) => `${name}.${k}`) : []),
  ]);
  return [...names, "balancedAccuracy", "kappa", "mcc"];
}

function named<T>(names: readonly string[], values: readonly (T | undefined)[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const [i, name] of names.entries()) {
    const value = values[i];
    if (value !== undefined) map.set(name, value);
  }
  return map;
}

/** The flat names as the report has them. */
function nest<T>(of: (name: string) => T | undefined): Metrics<T> {
  const group = (name: string) =>
    present<Averaged<T>>(Object.fromEntries(averageNames.map((average) => [average, of(`${name}.${average}`)])));
  return present<Metrics<T>>({
    balancedAccuracy: of("balancedAccuracy"),
    ...Object.fromEntries(Object.keys(averaged).map((name) => [name, group(name)])),
    kappa: of("kappa"),
    mcc: of("mcc"),
  });
}

/** Leaves out what is undefined. */
export function present<T>(fields: { [K in keyof T]: T[K] | undefined } | object): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
