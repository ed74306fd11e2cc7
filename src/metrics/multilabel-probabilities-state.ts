import { OnwardError, show } from "../core/errors.ts";
import { type Calibration, CalibrationState } from "./calibration-state.ts";
import { cellName, checkLabelCount, checkMultilabel } from "./check-multilabel.ts";
import { ClassLossState } from "./class-loss-state.ts";
import { exp } from "./exp.ts";

/** Scored samples of a multilabel task, with what the scores are: each label has a probability of its own. */
export interface MultilabelBatch {
  /** Row-major, [samples, labels]: logits, which the sigmoid makes probabilities of, or probabilities. */
  readonly scores: ArrayLike<number>;
  readonly kind: "logits" | "probabilities";
  /** 0 or 1, row-major, [samples, labels]. */
  readonly labels: ArrayLike<number>;
  /** Each sample's weight, at least 0; 1 each when absent. */
  readonly weights?: ArrayLike<number>;
}

/** A mean of each label, and that of all of them; absent without weight. */
export interface LabelMeans {
  readonly mean?: number;
  readonly perLabel: readonly (number | undefined)[];
}

/** What is read from the probabilities of a multilabel task. */
export interface MultilabelProbabilityReads {
  /** Binary cross-entropy: `-log p` of a label that is there, `-log(1 - p)` of one that is not. Nothing is clipped. */
  readonly loss: LabelMeans;
  /** `(p - y)^2`. */
  readonly brier: LabelMeans;
  /** How often labels with a probability in a bin are there; of all labels together. */
  readonly calibration: Calibration;
  readonly perLabelCalibration: readonly Calibration[];
}

/**
 * Sums what the probabilities of a multilabel task are judged by: binary cross-entropy, Brier's score and calibration, of
 * each label and of all. All sums are exact; a mean is over samples and labels, each label alike.
 *
 * Calibration bins are over the probability that a label is there, `(low, high]`, the first closed: "confidence" is their
 * mean, "accuracy" the part in which the label is there.
 *
 * Source: PyTorch's `BCEWithLogitsLoss` and `BCELoss` (which clips); scikit-learn's `brier_score_loss` and
 * `calibration_curve` of each label.
 *
 * @example
 * ```ts
 * import { MultilabelProbabilitiesState } from "onward/metrics";
 * const state = new MultilabelProbabilitiesState(2);
 * state.add({ scores: [0.5, 0.5, 0.75, 1], kind: "probabilities", labels: [1, 0, 1, 1] }); // two samples of two labels
 * state.read().brier; // { mean: 0.140625, perLabel: [0.15625, 0.125] }
 * ```
 */
export class MultilabelProbabilitiesState {
  readonly labels: number;
  readonly #bins: number;
  readonly #loss: ClassLossState;
  readonly #brier: ClassLossState;
  readonly #calibration: readonly CalibrationState[];

  /** @throws OnwardError `usage` when `labels` is not an integer of at least 1, or `bins` not one from 1 to 100,000 */
  constructor(labels: number, { bins = 15 }: { readonly bins?: number } = {}) {
    checkLabelCount(labels);
    this.labels = labels;
    this.#bins = bins;
    this.#loss = new ClassLossState(labels);
    this.#brier = new ClassLossState(labels);
    this.#calibration = Array.from({ length: labels }, () => new CalibrationState(bins));
  }

  /**
   * Adds samples.
   *
   * @throws OnwardError `data` when lengths do not fit, a label is neither 0 nor 1, a probability is outside [0, 1], or a
   *   weight is not at least 0
   */
  add({ scores, kind, labels, weights }: MultilabelBatch): void {
    checkMultilabel(this.labels, "scores", labels, scores, weights);
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i] as number;
      if (kind === "logits" || !(score < 0 || score > 1)) continue;
      const where = cellName(i, this.labels);
      throw new OnwardError("data", { expected: "probability to be in [0, 1]", got: show(score), where });
    }
    for (let i = 0; i < labels.length; i++) {
      const k = i % this.labels;
      const there = labels[i] === 1;
      const score = scores[i] as number;
      const weight = weights?.[Math.floor(i / this.labels)] ?? 1;
      const probability = kind === "logits" ? sigmoid(score) : score;
      const loss = kind === "logits" ? lossOfLogit(score, there) : lossOfProbability(score, there);
      const distance = probability - (there ? 1 : 0);
      this.#loss.addLoss(k, loss, weight);
      this.#brier.addLoss(k, distance * distance, weight);
      this.#calibration[k]?.add(probability, there, weight);
    }
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: MultilabelProbabilitiesState): void {
    if (other.labels !== this.labels) {
      throw new OnwardError("data", { expected: `a state of ${this.labels} labels`, got: String(other.labels) });
    }
    this.#loss.merge(other.#loss);
    this.#brier.merge(other.#brier);
    for (const [k, state] of other.#calibration.entries()) this.#calibration[k]?.merge(state);
  }

  /** Reads the means and the bins; a mean is absent without weight, infinite when a loss is, NaN when a score is. */
  read(): MultilabelProbabilityReads {
    const all = new CalibrationState(this.#bins);
    for (const state of this.#calibration) all.merge(state);
    return {
      loss: means(this.#loss),
      brier: means(this.#brier),
      calibration: all.read(),
      perLabelCalibration: this.#calibration.map((state) => state.read()),
    };
  }

  toJSON(): { labels: number; bins: number; loss: unknown; brier: unknown; calibration: unknown[] } {
    return {
      labels: this.labels,
      bins: this.#bins,
      loss: this.#loss.toJSON(),
      brier: this.#brier.toJSON(),
      calibration: this.#calibration.map((state) => state.toJSON()),
    };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): MultilabelProbabilitiesState {
    const { labels, bins, loss, brier, calibration } = (json ?? {}) as Record<string, unknown>;
    if (typeof labels !== "number" || typeof bins !== "number" || !Array.isArray(calibration)) {
      throw new OnwardError("data", { expected: "the probabilities of a multilabel task", got: show(json) });
    }
    const state = new MultilabelProbabilitiesState(labels, { bins });
    state.#loss.merge(ClassLossState.fromJSON(loss));
    state.#brier.merge(ClassLossState.fromJSON(brier));
    for (const [k, own] of state.#calibration.entries()) own.merge(CalibrationState.fromJSON(calibration[k]));
    return state;
  }
}

function means(state: ClassLossState): LabelMeans {
  const mean = state.mean();
  return { ...(mean === undefined ? {} : { mean }), perLabel: state.read() };
}

function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** `log(1 + exp(x)) - y x`, without cancelling. */
function lossOfLogit(x: number, there: boolean): number {
  const against = there ? -x : x;
  return Math.max(against, 0) + Math.log1p(exp(-Math.abs(x)));
}

function lossOfProbability(p: number, there: boolean): number {
  return 0 - (there ? Math.log(p) : Math.log1p(-p));
}
