import { OnwardError, show } from "../core/errors.ts";
import { worthABlock } from "./block-sums.ts";
import { ExactSum, type ExactSumJson } from "./exact-sum.ts";
import { groupValues } from "./group-values.ts";

/** One bin of a calibration state, as it is reported. */
export interface CalibrationBin {
  /** Confidences above this (the first bin: from this on) ... */
  readonly low: number;
  /** ... up to this. */
  readonly high: number;
  /** Samples in the bin. */
  readonly samples: number;
  /** Their weight. */
  readonly weight: number;
  /** The mean of their highest probabilities; absent when the bin has no weight. */
  readonly confidence?: number;
  /** The part of their weight that was decided right; absent when the bin has no weight. */
  readonly accuracy?: number;
}

/** What is read from a calibration state. */
export interface Calibration {
  /** Expected calibration error: the mean distance of confidence and accuracy, weighted by the bins. */
  readonly ece?: number;
  /** Maximum calibration error: the largest distance in any bin. */
  readonly mce?: number;
  readonly bins: readonly CalibrationBin[];
}

interface Bin {
  samples: number;
  /** Samples of weight 1, and those of them that are correct, which are counted until somebody asks. */
  ones: number;
  correctOnes: number;
  readonly weight: ExactSum;
  readonly confidence: ExactSum;
  readonly correct: ExactSum;
}

/** A bin as JSON. */
export interface CalibrationBinJson {
  readonly samples: number;
  readonly weight: ExactSumJson;
  readonly confidence: ExactSumJson;
  readonly correct: ExactSumJson;
}

/**
 * Sums confidence (the highest probability of a row) and correctness in bins of equal width. Bin b of B takes
 * confidences in `(b / B, (b + 1) / B]`, the first one 0 as well, so that a confidence of 1 is in the last bin.
 *
 * `ece = sum_b weight_b / weight |accuracy_b - confidence_b|`, `mce` the largest distance. A NaN confidence makes both NaN.
 *
 * Source: Guo et al., "On calibration of modern neural networks" (2017).
 */
export class CalibrationState {
  readonly #bins: Bin[];
  #nan = 0;

  /** @throws OnwardError `usage` when the number of bins is not an integer from 1 to 100,000 */
  constructor(bins = 15) {
    if (!Number.isInteger(bins) || bins < 1 || bins > 100_000) {
      throw new OnwardError("usage", { expected: "bins to be an integer from 1 to 100000", got: show(bins) });
    }
    this.#bins = Array.from({ length: bins }, () => ({
      samples: 0,
      ones: 0,
      correctOnes: 0,
      weight: new ExactSum(),
      confidence: new ExactSum(),
      correct: new ExactSum(),
    }));
  }

  /** Adds a sample: its highest probability, and whether that was the label's. */
  add(confidence: number, correct: boolean, weight = 1): void {
    const bin = this.#bins[this.#binOf(confidence)];
    if (bin === undefined) {
      this.#nan++;
      return;
    }
    bin.samples++;
    if (weight === 1) {
      bin.ones++;
      if (correct) bin.correctOnes++;
      bin.confidence.add(confidence);
      return;
    }
    bin.weight.add(weight);
    bin.confidence.addProduct(confidence, weight);
    if (correct) bin.correct.add(weight);
  }

  /** Adds samples of weight 1: of each the highest probability, and 1 if that was the label's, else 0. */
  addAll(confidences: Float64Array, correct: Uint8Array): void {
    if (confidences.length < worthABlock) {
      for (let i = 0; i < confidences.length; i++) this.add(confidences[i] as number, correct[i] === 1);
      return;
    }
    const bins = new Int32Array(confidences.length);
    const right = new Uint32Array(this.#bins.length);
    for (let i = 0; i < confidences.length; i++) {
      const confidence = confidences[i] as number;
      const bin = confidence === confidence ? this.#binOf(confidence) : -1;
      bins[i] = bin;
      if (bin < 0) this.#nan++;
      else right[bin] = (right[bin] as number) + (correct[i] as number);
    }
    const { values, ends } = groupValues(confidences, bins, this.#bins.length);
    let start = 0;
    for (const [b, bin] of this.#bins.entries()) {
      const end = ends[b] as number;
      bin.samples += end - start;
      bin.ones += end - start;
      bin.correctOnes += right[b] as number;
      bin.confidence.addPart(values, start, end);
      start = end;
    }
  }

  /** The bins, with what was only counted among their sums. */
  #allBins(): readonly Bin[] {
    for (const bin of this.#bins) {
      bin.weight.add(bin.ones);
      bin.correct.add(bin.correctOnes);
      bin.ones = bin.correctOnes = 0;
    }
    return this.#bins;
  }

  #binOf(confidence: number): number {
    const count = this.#bins.length;
    // Rounding of the product may miss an edge by one bin; the edges themselves decide.
    let bin = Math.min(Math.max(Math.ceil(confidence * count) - 1, 0), count - 1);
    if (bin > 0 && confidence <= bin / count) bin--;
    else if (bin < count - 1 && confidence > (bin + 1) / count) bin++;
    return bin;
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: CalibrationState): void {
    if (other.#bins.length !== this.#bins.length) {
      throw new OnwardError("data", {
        expected: `a state of ${this.#bins.length} bins`,
        got: String(other.#bins.length),
      });
    }
    this.#nan += other.#nan;
    const others = other.#allBins();
    for (const [b, bin] of this.#bins.entries()) {
      const theirs = others[b];
      if (theirs === undefined) continue;
      bin.samples += theirs.samples;
      for (const name of ["weight", "confidence", "correct"] as const) bin[name].merge(theirs[name]);
    }
  }

  /** Reads the bins and the two errors; these are absent without weight. */
  read(): Calibration {
    const count = this.#bins.length;
    const total = new ExactSum();
    for (const bin of this.#allBins()) total.merge(bin.weight);
    const all = total.value();
    let [ece, mce] = [0, 0];
    const bins = this.#bins.map(({ samples, weight, confidence, correct }, b): CalibrationBin => {
      const edges = { low: b / count, high: (b + 1) / count, samples, weight: weight.value() };
      if (edges.weight === 0) return edges;
      const read = { confidence: confidence.dividedBy(weight), accuracy: correct.dividedBy(weight) };
      const distance = Math.abs(read.accuracy - read.confidence);
      ece += (edges.weight / all) * distance;
      mce = Math.max(mce, distance);
      return { ...edges, ...read };
    });
    if (this.#nan > 0) return { ece: NaN, mce: NaN, bins };
    return all === 0 ? { bins } : { ece, mce, bins };
  }

  toJSON(): { bins: CalibrationBinJson[]; nan: number } {
    const bins = this.#allBins().map(({ samples, weight, confidence, correct }) => ({
      samples,
      weight: weight.toJSON(),
      confidence: confidence.toJSON(),
      correct: correct.toJSON(),
    }));
    return { bins, nan: this.#nan };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): CalibrationState {
    const { bins, nan } = (json ?? {}) as Record<string, unknown>;
    if (!Array.isArray(bins) || !Number.isSafeInteger(nan)) {
      throw new OnwardError("data", { expected: "the state of calibration bins", got: show(json) });
    }
    const state = new CalibrationState(bins.length);
    state.#nan = nan as number;
    for (const [b, bin] of state.#bins.entries()) {
      const { samples, weight, confidence, correct } = (bins[b] ?? {}) as Record<string, unknown>;
      bin.samples = Number(samples);
      bin.weight.merge(ExactSum.fromJSON(weight));
      bin.confidence.merge(ExactSum.fromJSON(confidence));
      bin.correct.merge(ExactSum.fromJSON(correct));
    }
    return state;
  }
}
