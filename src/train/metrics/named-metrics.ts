import { OnwardError, show } from "../../core/index.ts";
import {
  balancedAccuracy,
  BrierState,
  CalibrationState,
  type ClassAverages,
  type ClassCounts,
  cohensKappa,
  ConfusionState,
  fBeta,
  jaccard,
  matthews,
  precision,
  type RankedBatch,
  RankedState,
  type RankedReads,
  rankOf,
  recall,
  specificity,
  TopKState,
} from "../../metrics/index.ts";
import type { Metric, MetricBatch } from "./metric.ts";

/** Metrics of classes, whose plain name stands for the macro average. */
const averaged: Readonly<Record<string, (counts: ClassCounts) => ClassAverages>> = {
  precision,
  recall,
  f1: (counts) => fBeta(counts, 1),
  specificity,
  jaccard,
};
const averages = ["micro", "macro", "weighted"] as const;

/** Metrics by name. */
const metrics: Readonly<Record<string, Metric>> = Object.fromEntries(
  [
    ...Object.entries(averaged).flatMap(([name, read]) => [
      ofCounts(name, (counts) => read(counts).macro),
      ...averages.map((average) => ofCounts(`${name}.${average}`, (counts) => read(counts)[average])),
    ]),
    ofCounts("balancedAccuracy", balancedAccuracy),
    ofCounts("kappa", cohensKappa),
    ofCounts("mcc", matthews),
    ofRanks("rocAuc", ({ rocAuc }) => rocAuc?.binary ?? rocAuc?.macroOvr),
    ofRanks("averagePrecision", ({ averagePrecision: of }) => of?.binary ?? of?.macro),
    brier(),
    calibration(),
  ].map((metric) => [metric.name, metric]),
);

/** The names that `namedMetric` takes, besides "top" with a number. */
export const metricNames: readonly string[] = Object.keys(metrics);

/**
 * Finds a metric by its name: "f1", "f1.micro", "precision", "recall", "specificity", "jaccard", "balancedAccuracy", "kappa", "mcc",
 * "rocAuc", "averagePrecision", "brier", "ece", or "top5" and the like. See docs/metrics.md for what each means; `rocAuc` and
 * `averagePrecision` are those of class 1 for two classes, else the macro average of one class against the rest.
 *
 * @throws OnwardError `usage` when there is none of that name
 *
 * @example
 * ```ts
 * import { namedMetric } from "onward/train";
 * namedMetric("f1").name; // "f1"
 * ```
 */
export function namedMetric(name: string): Metric {
  const found = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (found !== undefined) return found;
  const k = /^top([1-9]\d*)$/.exec(name)?.[1];
  if (k !== undefined) return top(Number(k));
  throw new OnwardError("usage", { expected: `a metric of ${metricNames.join(", ")}, top5`, got: show(name) });
}

function ofCounts(name: string, read: (counts: ClassCounts) => number | undefined): Metric {
  return {
    name,
    start(classes, kept) {
      const state = kept === undefined ? new ConfusionState(classes) : ConfusionState.fromJSON(kept);
      return {
        add({ labels, predictions }) {
          for (let i = 0; i < labels.length; i++) state.addOne(labels[i] as number, predictions[i] as number);
        },
        read: () => read(state.counts()),
        toJSON: () => state.toJSON(),
      };
    },
  };
}

function ofRanks(name: string, read: (reads: RankedReads) => number | undefined): Metric {
  return {
    name,
    start(classes, kept) {
      const state = new RankedState(classes);
      for (const part of (kept ?? []) as RankedBatch[]) state.add(part);
      return {
        add: ({ probabilities, labels }) => state.add({ scores: probabilities, labels }),
        read: () => read(state.read(classes === 2 ? { positive: 1 } : {})),
        toJSON: () => state.parts(),
        release: () => state.release(),
      };
    },
  };
}

function brier(): Metric {
  return {
    name: "brier",
    start(classes, kept) {
      const state = kept === undefined ? new BrierState() : BrierState.fromJSON(kept);
      return {
        add: ({ probabilities, labels }) => state.add(probabilities, classes, labels),
        read: () => state.read(),
        toJSON: () => state.toJSON(),
      };
    },
  };
}

function calibration(): Metric {
  return {
    name: "ece",
    start(classes, kept) {
      const state = kept === undefined ? new CalibrationState() : CalibrationState.fromJSON(kept);
      return {
        add({ probabilities, labels, predictions }: MetricBatch) {
          for (let i = 0; i < labels.length; i++) {
            const decided = predictions[i] as number;
            const confidence = decided < 0 ? NaN : (probabilities[i * classes + decided] as number);
            state.add(confidence, decided === labels[i]);
          }
        },
        read: () => state.read().ece,
        toJSON: () => state.toJSON(),
      };
    },
  };
}

function top(k: number): Metric {
  return {
    name: `top${k}`,
    start(classes, kept) {
      const state = kept === undefined ? new TopKState([k], classes) : TopKState.fromJSON(kept);
      return {
        add({ scores, labels }) {
          for (let i = 0; i < labels.length; i++)
            state.addRank(rankOf(scores, i * classes, classes, labels[i] as number));
        },
        read: () => state.read()[k],
        toJSON: () => state.toJSON(),
      };
    },
  };
}
