import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Calibration,
  fBeta,
  jaccard,
  type LabelAverages,
  MultilabelProbabilitiesState,
  MultilabelRankedState,
  MultilabelState,
  precision,
  RankedState,
  recall,
} from "../../src/metrics/index.ts";

const averageNames = ["micro", "macro", "weighted"] as const;
type Averages = Record<(typeof averageNames)[number], number>;

interface Case {
  readonly name: string;
  readonly count: number;
  readonly labels: number[];
  readonly logits: number[];
  readonly probabilities: number[];
  readonly weights?: number[];
  /** The labels that some sample with weight has. */
  readonly there: number[];
  readonly averages: Record<"precision" | "recall" | "f1" | "jaccard" | "rocAuc" | "averagePrecision", Averages>;
  readonly perLabel: Record<"rocAuc" | "averagePrecision", number[]>;
  readonly subset: number;
  readonly loss: { mean: number; perLabel: number[] };
  readonly brier: { mean: number; perLabel: number[] };
  readonly calibration: { ece: number; mce: number };
  readonly perLabelCalibration: { ece: number; mce: number }[];
}

const { cases, bins } = JSON.parse(readFileSync(new URL("../fixtures/multilabel.json", import.meta.url), "utf8")) as {
  cases: Case[];
  bins: number;
};

function near(found: number | undefined, expected: number, what: string): void {
  expect(found, what).toBeTypeOf("number");
  expect(Math.abs((found ?? NaN) - expected), `${what}: ${String(found)}`).toBeLessThanOrEqual(1e-12);
}

function nearAll(found: readonly (number | undefined)[], expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length);
  for (const [k, value] of expected.entries()) near(found[k], value, `${what}[${k}]`);
}

/** The samples in portions, each added to a state of its own, saved and loaded, and merged from the last one on. */
function inPortions<S extends { merge(other: S): void; toJSON(): unknown }>(
  { labels, count, weights }: Case,
  make: () => S,
  load: (json: unknown) => S,
  add: (state: S, from: number, to: number, weights: number[] | undefined) => void,
): S {
  const samples = labels.length / count;
  const all = make();
  for (let to = samples; to > 0; to -= 17) {
    const from = Math.max(0, to - 17);
    const state = make();
    add(state, from * count, to * count, weights?.slice(from, to));
    all.merge(load(JSON.parse(JSON.stringify(state)) as unknown));
  }
  all.merge(make());
  return load(JSON.parse(JSON.stringify(all)) as unknown);
}

const given = (weights: number[] | undefined) => (weights === undefined ? {} : { weights });

describe.each(cases)("multilabel reads agree with scikit-learn: $name", (sample) => {
  const { count, labels, probabilities, logits, averages } = sample;

  test("counts", () => {
    const state = inPortions(
      sample,
      () => new MultilabelState(count),
      (json) => MultilabelState.fromJSON(json),
      (part, from, to, some) =>
        part.add({ labels: labels.slice(from, to), predictions: probabilities.slice(from, to), ...given(some) }),
    );
    const counts = state.counts();
    for (const [name, read] of Object.entries({ precision, recall, jaccard, f1: fBeta })) {
      for (const average of averageNames) {
        near(read(counts)[average], averages[name as "f1"][average], `${name}, ${average}`);
      }
    }
    near(state.subsetAccuracy(), sample.subset, "subset accuracy");
  });

  test.each([
    ["probabilities", probabilities],
    ["logits", logits],
  ] as const)("ranks, of %s", (_, scores) => {
    const reads = inPortions(
      sample,
      () => new MultilabelRankedState(count),
      (json) => MultilabelRankedState.fromJSON(json),
      (part, from, to, some) =>
        part.add({ labels: labels.slice(from, to), scores: scores.slice(from, to), ...given(some) }),
    ).read();
    for (const name of ["rocAuc", "averagePrecision"] as const) {
      const found: LabelAverages = reads[name];
      for (const average of averageNames) near(found[average], averages[name][average], `${name}, ${average}`);
      nearAll(
        sample.there.map((k) => found.perLabel[k]),
        sample.perLabel[name],
        name,
      );
      for (let k = 0; k < count; k++) expect(found.perLabel[k] !== undefined).toBe(sample.there.includes(k));
    }
  });

  test.each([
    ["probabilities", probabilities],
    ["logits", logits],
  ] as const)("loss, Brier and calibration, of %s", (kind, scores) => {
    const reads = inPortions(
      sample,
      () => new MultilabelProbabilitiesState(count, { bins }),
      (json) => MultilabelProbabilitiesState.fromJSON(json),
      (part, from, to, some) =>
        part.add({ labels: labels.slice(from, to), scores: scores.slice(from, to), kind, ...given(some) }),
    ).read();
    for (const name of ["loss", "brier"] as const) {
      near(reads[name].mean, sample[name].mean, name);
      nearAll(reads[name].perLabel, sample[name].perLabel, name);
    }
    const calibrations: [Calibration, { ece: number; mce: number }][] = [
      [reads.calibration, sample.calibration],
      ...sample.perLabelCalibration.map((expected, k): [Calibration, { ece: number; mce: number }] => [
        reads.perLabelCalibration[k] ?? { bins: [] },
        expected,
      ]),
    ];
    for (const [found, expected] of calibrations) {
      near(found.ece, expected.ece, "ece");
      near(found.mce, expected.mce, "mce");
    }
  });
});

test("the areas of one label are those of two classes", () => {
  const sample = fc.record({ label: fc.constantFrom(0, 1), score: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
      const labels = samples.map(({ label }) => label);
      const ofLabel = new MultilabelRankedState(1);
      ofLabel.add({ labels, scores: samples.map(({ score }) => score) });
      const ofClasses = new RankedState(2);
      ofClasses.add({ labels, scores: samples.flatMap(({ score }) => [-score, score]) });
      const [found, expected] = [ofLabel.read(), ofClasses.read({ positive: 1 })];
      expect(found.rocAuc.micro).toBe(expected.rocAuc.binary);
      expect(found.rocAuc.perLabel[0]).toBe(expected.rocAuc.binary);
      expect(found.averagePrecision.macro).toBe(expected.averagePrecision.binary);
    }),
  );
});

test("weights of 1 change nothing, and samples without weights weigh 1", () => {
  const labels = [1, 0, 0, 1, 1, 1];
  const predictions = [1, 1, 0, 1, 0, 1];
  const [plain, weighted, mixed] = [0, 0, 0].map(() => new MultilabelState(2)) as [
    MultilabelState,
    MultilabelState,
    MultilabelState,
  ];
  plain.add({ labels, predictions });
  weighted.add({ labels, predictions, weights: [1, 1, 1] });
  mixed.add({ labels: labels.slice(0, 2), predictions: predictions.slice(0, 2) });
  const rest = new MultilabelState(2);
  rest.add({ labels: labels.slice(2), predictions: predictions.slice(2), weights: [1, 1] });
  mixed.merge(rest);
  for (const state of [weighted, mixed]) {
    expect(state.counts()).toEqual(plain.counts());
    expect(state.subsetAccuracy()).toBe(plain.subsetAccuracy());
  }
});

test("what is undefined is absent, and what is not finite shows", () => {
  const ranked = new MultilabelRankedState(2);
  expect(ranked.read().rocAuc).toEqual({ perLabel: [undefined, undefined] });
  ranked.add({ scores: [0.1, 0.2, 0.3, 0.4], labels: [1, 1, 1, 0] });
  // All samples have label 0: it has no area, so there is no mean of areas; its average precision is 1.
  expect(ranked.read().rocAuc).toEqual({ micro: 0, perLabel: [undefined, 0] });
  expect(ranked.read().averagePrecision.perLabel).toEqual([1, 0.5]);
  ranked.add({ scores: [0.5, NaN], labels: [0, 1] });
  expect(ranked.read().rocAuc.perLabel).toEqual([0, NaN]);

  const state = new MultilabelProbabilitiesState(2);
  expect(state.read().loss).toEqual({ perLabel: [undefined, undefined] });
  state.add({ scores: [1, 0], kind: "probabilities", labels: [0, 0] });
  expect(state.read().loss).toEqual({ mean: Infinity, perLabel: [Infinity, 0] });
  const logits = new MultilabelProbabilitiesState(1);
  logits.add({ scores: [-800, 800, -800], kind: "logits", labels: [1, 1, 0] });
  expect(logits.read().loss.mean).toBe(800 / 3);
});

test("errors name the sample and the label", () => {
  const state = new MultilabelProbabilitiesState(2);
  const add = (scores: number[], labels: number[], weights?: number[]) => () =>
    state.add({ scores, labels, kind: "probabilities", ...given(weights) });
  expect(add([0, 0, 0, 1.5], [0, 0, 0, 1])).toThrow(
    "Expected probability to be in [0, 1], got 1.5 (sample 1, label 1)",
  );
  expect(add([0, 0], [0, 2])).toThrow("Expected label to be 0 or 1, got 2 (sample 0, label 1)");
  expect(add([0, 0, 0], [0, 1, 1])).toThrow("Expected labels and scores of 2 a sample, got 3 and 3");
  expect(add([0, 0], [0, 1], [-1])).toThrow("Expected weight to be at least 0, got -1 (sample 0)");
  expect(add([0, 0], [0, 1], [1, 1])).toThrow("Expected 1 weights, one a sample, got 2");
  expect(() => new MultilabelRankedState(0)).toThrow("labels to be an integer of at least 1");
  expect(() => new MultilabelRankedState(2).merge(new MultilabelRankedState(3))).toThrow("a state of 2 labels");
  expect(() => MultilabelRankedState.fromJSON({})).toThrow("the ranked scores of a multilabel task");
  expect(() => MultilabelProbabilitiesState.fromJSON({})).toThrow("the probabilities of a multilabel task");
});
