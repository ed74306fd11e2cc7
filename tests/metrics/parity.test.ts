import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  balancedAccuracy,
  BrierState,
  CalibrationState,
  type ClassAverages,
  cohensKappa,
  ConfusionState,
  fBeta,
  jaccard,
  LossMoments,
  matthews,
  MultilabelState,
  negativeLogLikelihood,
  precision,
  probabilityRows,
  RankedState,
  rankOf,
  recall,
  rocAuc,
  specificity,
  TopKState,
} from "../../src/metrics/index.ts";

type Averages = Record<"micro" | "macro" | "weighted", number>;

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly labels: number[];
  readonly logits: number[];
  readonly probabilities: number[];
  readonly weights?: number[];
  readonly expected: Record<"precision" | "recall" | "f1" | "f2" | "jaccard", Averages> &
    Record<"balancedAccuracy" | "mcc" | "brier" | "logLoss" | "ece" | "mce", number> & {
      /** NaN for one class only. */
      readonly kappa: number;
      readonly confusion: number[][];
      readonly averagePrecision: number[];
      readonly specificity?: Averages;
      readonly perClass?: number[];
      readonly rocAuc?: Record<string, number>;
      readonly torchmetricsEce?: number;
      readonly topK?: Record<string, number>;
    };
}

interface Fixture {
  readonly cases: Case[];
  readonly delong: { labels: number[]; scores: number[]; area: number; interval: [number, number] };
  readonly multilabel: {
    readonly labels: number[];
    readonly predictions: number[];
    readonly subset: number;
    readonly expected: Record<keyof Averages, Record<"precision" | "recall" | "f1" | "jaccard", number>>;
  };
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/metrics.json", import.meta.url), "utf8").replaceAll("NaN", "null"),
) as Fixture;

function close(actual: unknown, expected: number | null | undefined): void {
  if (expected === undefined || expected === null) return;
  expect(actual).toBeTypeOf("number");
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
}

const averages = ["micro", "macro", "weighted"] as const;

describe.each(fixture.cases)("$name: agrees with scikit-learn", (given) => {
  const { classes, labels, weights, expected } = given;
  const probabilities = Float64Array.from(given.probabilities);
  const row = (i: number) => [...probabilities.subarray(i * classes, (i + 1) * classes)];
  const predictions = labels.map((_, i) => row(i).indexOf(Math.max(...row(i))));
  const confusion = new ConfusionState(classes);
  confusion.add({ labels, predictions, ...(weights && { weights }) });
  const counts = confusion.counts();

  test("in the confusion matrix, whose rows are true labels", () => {
    expect(confusion.matrix()).toEqual(expected.confusion);
  });

  test.each<["precision" | "recall" | "f1" | "f2" | "jaccard", () => ClassAverages]>([
    ["precision", () => precision(counts)],
    ["recall", () => recall(counts)],
    ["f1", () => fBeta(counts)],
    ["f2", () => fBeta(counts, 2)],
    ["jaccard", () => jaccard(counts)],
  ])("in %s", (name, read) => {
    for (const average of averages) close(read()[average], expected[name][average]);
  });

  test("in balanced accuracy, Matthews' coefficient and Cohen's kappa", () => {
    close(balancedAccuracy(counts), expected.balancedAccuracy);
    close(matthews(counts), expected.mcc);
    close(cohensKappa(counts), expected.kappa);
  });

  test("in specificity (torchmetrics, which has float32), where all classes have support", () => {
    if (expected.specificity === undefined) return;
    for (const average of averages) expect(specificity(counts)[average]).toBeCloseTo(expected.specificity[average], 6);
  });

  test("in Brier's score and the log-loss", () => {
    const brier = new BrierState();
    brier.add(probabilities, classes, labels, weights);
    close(brier.read(), expected.brier);
    const [out, normalisers] = [new Float64Array(given.logits.length), new Float64Array(labels.length)];
    const logits = Float64Array.from(given.logits);
    probabilityRows(logits, classes, "logits", out, normalisers, String);
    out.forEach((p, i) => close(p, given.probabilities[i]));
    const moments = new LossMoments();
    const losses = labels.map((k, i) => negativeLogLikelihood(logits, i, k, classes, "logits", normalisers));
    moments.addLosses(Float64Array.from(losses), Float64Array.from(weights ?? labels.map(() => 1)));
    close(moments.mean(), expected.logLoss);
  });

  test("in the areas and average precisions", () => {
    const ranked = new RankedState(classes);
    ranked.add({ scores: probabilities, labels, ...(weights && { weights }) });
    const reads = ranked.read(classes === 2 ? { positive: 1 } : {});
    for (const [name, value] of Object.entries(expected.rocAuc ?? {})) {
      close(reads.rocAuc[name as keyof typeof reads.rocAuc], value);
    }
    const supported = [...new Set(labels)].sort((a, b) => a - b);
    supported.forEach((k, i) => close(reads.perClass[k], expected.perClass?.[i]));
    const mean = expected.averagePrecision.reduce((a, b) => a + b, 0) / supported.length;
    close(reads.averagePrecision.macro, mean);
    if (classes === 2) close(reads.averagePrecision.binary, expected.averagePrecision[1]);
    if (expected.perClass === undefined) expect(reads.rocAuc).toEqual({});
  });

  test("in the calibration errors", () => {
    const calibration = new CalibrationState(15);
    labels.forEach((k, i) => calibration.add(Math.max(...row(i)), predictions[i] === k, weights?.[i]));
    close(calibration.read().ece, expected.ece);
    close(calibration.read().mce, expected.mce);
    if (expected.torchmetricsEce !== undefined) {
      expect(calibration.read().ece).toBeCloseTo(expected.torchmetricsEce, 6);
    }
  });

  test("in top-k accuracy, with ties to the lowest class", () => {
    if (expected.topK === undefined) return;
    const depths = Object.keys(expected.topK);
    const topK = new TopKState(depths.map(Number), classes);
    labels.forEach((k, i) => topK.addRank(rankOf(row(i), 0, classes, k), weights?.[i]));
    for (const k of depths) close(topK.read()[k], expected.topK[k]);
  });
});

test("DeLong's interval is that of all pairs", () => {
  const { labels, scores, area, interval } = fixture.delong;
  const ranked = new RankedState(2);
  ranked.add({ scores: scores.flatMap((score) => [0, score]), labels });
  const read = rocAuc(ranked.counter(1))!;
  close(read.value, area);
  close(read.interval?.[0], interval[0]);
  close(read.interval?.[1], interval[1]);
});

test("multilabel counts are read as scikit-learn reads them", () => {
  const { labels, predictions, expected, subset } = fixture.multilabel;
  const state = new MultilabelState(4);
  state.add({ labels, predictions });
  for (const average of averages) {
    close(precision(state.counts())[average], expected[average].precision);
    close(recall(state.counts())[average], expected[average].recall);
    close(fBeta(state.counts())[average], expected[average].f1);
    close(jaccard(state.counts())[average], expected[average].jaccard);
  }
  close(state.subsetAccuracy(), subset);
});
