import { averagePrecision } from "./average-precision.ts";
import type { RankCounter } from "./rank-counter.ts";
import { pairAuc, type RocAuc, rocAuc } from "./roc-auc.ts";

/** What is read from the ranked scores of all classes. What is undefined is absent. */
export interface RankedReads {
  readonly rocAuc: {
    readonly binary?: number;
    readonly macroOvr?: number;
    readonly weightedOvr?: number;
    readonly macroOvo?: number;
    readonly weightedOvo?: number;
  };
  readonly averagePrecision: { readonly binary?: number; readonly macro?: number };
  /** The area of each class against the rest. */
  readonly perClass: readonly (number | undefined)[];
  readonly intervals: {
    readonly binary?: [low: number, high: number];
    readonly perClass: readonly ([low: number, high: number] | undefined)[];
  };
}

/** What one class's finished counter comes to. */
export interface RankedSummary {
  readonly support: number;
  readonly area: RocAuc | undefined;
  readonly averagePrecision: number | undefined;
  /** The area against each other class alone. */
  readonly pairs: readonly (number | undefined)[];
}

/** Sums a finished counter up; it can be forgotten then. */
export function rankedSummary(counter: RankCounter): RankedSummary {
  return {
    support:
      counter.positiveWeights === undefined
        ? (counter.below[counter.scores.length] as number)
        : counter.positiveWeights.reduce((sum, weight) => sum + weight, 0),
    area: rocAuc(counter),
    averagePrecision: averagePrecision(counter),
    pairs: Array.from(counter.negativesByClass, (_, other) => pairAuc(counter, other)),
  };
}

/**
 * Reads areas and average precisions of all classes from their summaries, one a class.
 *
 * One-vs-rest averages are over the classes with support (`weightedOvr` by it); one-vs-one over the pairs of them, each pair
 * the mean of both directions, `weightedOvo` by the part of the samples that are of either. For two classes there is
 * `binary`, the area of the `positive` class, in place of the averages.
 *
 * Source: scikit-learn's `roc_auc_score` (`multi_class`, `average`), Hand and Till (2001) for one-vs-one.
 */
export function rankedReads(summaries: readonly RankedSummary[], positive: number | undefined): RankedReads {
  const support = summaries.map((summary) => summary.support);
  const present = summaries.map((_, k) => k).filter((k) => (support[k] as number) > 0);
  const areas = summaries.map(({ area }) => area);
  const precisions = summaries.map((summary) => summary.averagePrecision);
  const binaryArea = positive === undefined ? undefined : areas[positive];
  const macro = mean(present.map((k) => precisions[k]));
  return {
    rocAuc:
      positive === undefined
        ? defined({
            macroOvr: mean(present.map((k) => areas[k]?.value)),
            weightedOvr: mean(
              present.map((k) => areas[k]?.value),
              present.map((k) => support[k] as number),
            ),
            ...oneVersusOne(summaries, present),
          })
        : defined({ binary: binaryArea?.value }),
    averagePrecision: defined({ binary: positive === undefined ? undefined : precisions[positive], macro }),
    perClass: areas.map((area) => area?.value),
    intervals: {
      ...defined({ binary: binaryArea?.interval }),
      perClass: areas.map((area) => area?.interval),
    },
  };
}

function oneVersusOne(summaries: readonly RankedSummary[], present: readonly number[]) {
  const pairs: (number | undefined)[] = [];
  const weights: number[] = [];
  for (const [i, a] of present.entries()) {
    for (const b of present.slice(i + 1)) {
      const [forth, back] = [summaries[a], summaries[b]];
      const [ab, ba] = [forth?.pairs[b], back?.pairs[a]];
      pairs.push(ab === undefined || ba === undefined ? undefined : (ab + ba) / 2);
      weights.push((forth?.support ?? 0) + (back?.support ?? 0));
    }
  }
  return { macroOvo: mean(pairs), weightedOvo: mean(pairs, weights) };
}

/** The weighted mean; undefined of nothing, or when a value is. */
function mean(values: readonly (number | undefined)[], weights?: readonly number[]): number | undefined {
  let [sum, weight] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (value === undefined) return undefined;
    sum += value * (weights?.[i] ?? 1);
    weight += weights?.[i] ?? 1;
  }
  return weight === 0 ? undefined : sum / weight;
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
