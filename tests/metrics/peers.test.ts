// What other tools are known to get wrong about averages, and what comes out here.
import { describe, expect, test } from "vitest";
import { CalibrationState, ConfusionState, EpochTally, precision, recall, TopKState } from "../../src/metrics/index.ts";

function tallyOf(...batches: Parameters<EpochTally["add"]>[0][]): EpochTally {
  const tally = new EpochTally();
  for (const batch of batches) tally.add(batch);
  return tally;
}

describe("PyTorch's transfer-learning tutorial", () => {
  test("divides by the size of the data set; here by the samples seen, after a dropped batch too", () => {
    expect(tallyOf({ terms: [1, 1] }, { terms: [1, 1] }).report()).toMatchObject({ samples: 4, loss: 1 });
  });

  test("multiplies the batch mean by the batch size; here by the weight that the criterion divides by", () => {
    // Class weights 1 and 9: the batch means are (1 + 9 x 2) / 10 and 1.
    const report = tallyOf({ terms: [1, 18], weights: [1, 9] }, { terms: [1, 1], weights: [1, 1] }).report();
    expect(report.loss).toBe(21 / 12);
    expect((1.9 * 2 + 1 * 2) / 4).not.toBe(report.loss);
  });
});

describe("torchmetrics", () => {
  test("drops NaN from both sides of a mean; here a diverged batch makes the mean NaN", () => {
    expect(tallyOf({ terms: [1] }, { terms: [NaN] }).report()).toMatchObject({ loss: NaN, nonFinite: 1 });
  });

  test("discards the weights when NaN is let through; here they stay", () => {
    const report = tallyOf({ terms: [1, NaN], weights: [2, 3] }, { terms: [6], weights: [4] }).report();
    expect(report).toMatchObject({ loss: NaN, lossWeight: 9, nonFinite: 1 });
  });

  test("merges means by update counts; here by weight", () => {
    const tally = tallyOf({ terms: [1, 1, 1] });
    tally.merge(tallyOf({ terms: [5] }));
    expect(tally.report().loss).toBe(2);
  });

  test("guesses logits from the values; here the kind of a single score has to be said", () => {
    expect(() => tallyOf({ scores: [0.2, 0.7], labels: [0, 1] })).toThrow(/`kind`/);
    expect(tallyOf({ scores: [0.2, 0.7], labels: [0, 1], kind: "logits" }).report().correct).toBe(1);
    expect(tallyOf({ scores: [0.2, 0.7], labels: [0, 1], kind: "probabilities" }).report().correct).toBe(2);
  });

  test("is micro in one class and macro in another; here an average has its name", () => {
    const state = new ConfusionState(2);
    state.add({ labels: [0, 0, 0, 1], predictions: [0, 0, 0, 0] });
    expect(recall(state.counts())).toMatchObject({ micro: 0.75, macro: 0.5 });
  });

  test("mixes ignored labels into macro averages; here they are left out", () => {
    const state = new ConfusionState(3);
    state.add({ labels: [0, 1, -100, -100], predictions: [0, 1, 2, 0], ignoreIndex: -100 });
    expect(precision(state.counts())).toMatchObject({ macro: 1, micro: 1 });
  });

  test("puts a confidence of 1 into a bin of its own; here it is in the last one", () => {
    const state = new CalibrationState(2);
    state.add(1, true);
    state.add(0.5, true);
    state.add(0, false);
    expect(state.read().bins.map(({ samples }) => samples)).toEqual([2, 1]);
  });
});

test("Lightning floors a count and guesses the batch size; here samples are what was given", () => {
  const positions = { scores: [1, 0, 3, 2, 1, 0], dims: [1, 2, 3], labels: [0, 1, 1], terms: [1, 2, 3] };
  expect(tallyOf(positions).report()).toMatchObject({ samples: 3, loss: 2, correct: 1 });
});

test("Lightning floors the count of a mean over ranks; here fractions of weight are kept", () => {
  const tally = tallyOf({ losses: [1, 2], weights: [0.5, 0.75] });
  tally.merge(tallyOf({ losses: [4], weights: [0.25] }));
  expect(tally.report()).toMatchObject({ lossWeight: 1.5, loss: 2 });
});

test("Lightning logs the loss of an accumulating step divided by N; here micro-batches are batches like others", () => {
  const micro = [{ terms: [1] }, { terms: [3] }, { terms: [5] }];
  expect(tallyOf(...micro).report().loss).toBe(3);
  expect(tallyOf({ terms: [1, 3, 5] }).report().loss).toBe(3);
});

describe("Keras", () => {
  test("divides the loss by N and its metric by the sum of weights; here there is one denominator", () => {
    const report = tallyOf({ losses: [1, 3], weights: [1, 3] }).report();
    expect(report).toMatchObject({ lossSum: 10, lossWeight: 4, loss: 2.5 });
  });

  test("once gave the mean of batch means as the loss; here both are given, each by its name", () => {
    const report = tallyOf({ terms: [1, 1, 1] }, { terms: [5] }).report();
    expect(report).toMatchObject({ loss: 2, batchMeanLoss: 3, batchMeanBias: 1 });
  });
});

describe("TensorFlow.js", () => {
  test("averages precision over batches; here it is read from the counts of the epoch", () => {
    const state = new ConfusionState(2);
    for (const [labels, predictions] of [
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ] as const)
      state.add({ labels, predictions });
    expect(precision(state.counts()).perClass[1]).toBe(0.5);
  });

  test("ignores class weights in evaluation; here they are the weights of the mean", () => {
    const classWeights = [1, 3];
    const labels = [0, 1, 1];
    const report = tallyOf({ losses: [4, 1, 2], weights: labels.map((k) => classWeights[k] ?? 1), labels }).report();
    expect(report.loss).toBe((4 + 3 + 6) / 7);
  });

  test("gives 0 for the loss of several outputs; here the terms of all outputs are added up", () => {
    const outputs = [
      [1, 2],
      [3, 8],
    ];
    const report = tallyOf({ terms: outputs.map(([a = 0, b = 0]) => a + b) }).report();
    expect(report.loss).toBe(7);
  });

  test("counts a row of NaN logits as correct when its label is 0; here it never is", () => {
    expect(tallyOf({ scores: [NaN, NaN], dims: [1, 2], labels: [0] }).report()).toMatchObject({
      correct: 0,
      nonFinite: 1,
    });
  });
});

describe("HF Trainer and Accelerate", () => {
  test("score the duplicates of padded shards; here samples can be left out", () => {
    const report = tallyOf({
      terms: [1, 2, 2],
      labels: [0, 1, 1],
      predictions: [0, 0, 0],
      ignored: [false, false, true],
    });
    expect(report.report()).toMatchObject({ samples: 3, ignored: 1, loss: 1.5, accuracy: 0.5 });
  });

  test("make token losses depend on the batch size; here a padded token has no weight in any batch", () => {
    const rows = [
      { terms: [1, 2, 0, 0], labels: [5, 6, -100, -100], ignoreIndex: -100 },
      { terms: [3, 4, 5, 6], labels: [1, 2, 3, 4], ignoreIndex: -100 },
    ];
    const [a, b] = rows as [(typeof rows)[0], (typeof rows)[0]];
    const whole = tallyOf({ terms: [...a.terms, ...b.terms], labels: [...a.labels, ...b.labels], ignoreIndex: -100 });
    expect(tallyOf(a, b).report().loss).toBe(whole.report().loss);
    expect(whole.report().loss).toBe(21 / 6);
  });

  test("weight the short last batch of a data set without a length as a whole one; here by its samples", () => {
    expect(tallyOf({ terms: [1, 1, 1, 1] }, { terms: [6] }).report()).toMatchObject({ samples: 5, loss: 2 });
  });

  test("took the mean of micro-batch means; here a window has one sum and one weight", () => {
    const window = tallyOf({ terms: [2, 4], weights: [1, 1] }, { terms: [9], weights: [3] });
    expect(window.report().loss).toBe(3);
  });

  test("lose the average train loss on resuming; here a tally goes on from its JSON to the same bits", () => {
    const batches = [0.1, 0.2, 0.3, 0.7].map((term) => ({ terms: [term, 3 * term] }));
    const [first, ...rest] = batches.map((batch) => tallyOf(batch));
    const resumed = EpochTally.fromJSON(JSON.parse(JSON.stringify(first)));
    for (const tally of rest) resumed.merge(tally);
    expect(resumed.report().loss).toBe(tallyOf(...batches).report().loss);
  });

  test("replace a NaN loss by the running average; here it stays", () => {
    expect(tallyOf({ terms: [0.5] }, { terms: [NaN] }, { terms: [0.5] }).report().loss).toBeNaN();
  });
});

test("Ignite multiplies a weighted cross-entropy by the batch size; here by the weights of the labels", () => {
  const report = tallyOf({ losses: [2, 1], weights: [1, 4] }, { losses: [3], weights: [1] }).report();
  expect(report.loss).toBe(9 / 6);
  expect(report.loss).not.toBe(((6 / 5) * 2 + 3) / 3);
});

test("Ignite and fastai show an exponential average of the train loss; here the last batch weighs as the first", () => {
  expect(tallyOf({ terms: [3] }, { terms: [0] }, { terms: [0] }).report().loss).toBe(1);
});

test("timm gives 100 % for a k above the number of classes; here it is an error", () => {
  expect(() => new TopKState([5], 3)).toThrow(/from 1 to the 3 classes, got 5/);
});
