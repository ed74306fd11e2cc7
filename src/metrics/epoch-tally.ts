import { OnwardError, show } from "../core/errors.ts";
import { ExactSum, type ExactSumJson } from "./exact-sum.ts";
import { LossMoments, type LossMomentsJson } from "./loss-moments.ts";
import { roundedMean } from "./rounded-mean.ts";
import { type BatchCounts, countBatch, type TallyBatch } from "./tally-batch.ts";
import { wilsonInterval } from "./wilson-interval.ts";

/** What a tally reports. What is undefined (a loss without weight, an accuracy without labels) is absent. */
export interface TallyReport {
  /** Samples seen, those left out among them. */
  readonly samples: number;
  /** Samples left out. */
  readonly ignored: number;
  /** Batches added. */
  readonly batches: number;
  /** The sum of the terms, rounded once. */
  readonly lossSum?: number;
  /** The sum of the weights, rounded once. */
  readonly lossWeight?: number;
  /** The mean over samples: the exact sum of the terms divided by the exact sum of the weights, rounded once. */
  readonly loss?: number;
  /** The standard error of `loss` by the delta method; absent for fewer than two samples. */
  readonly lossStandardError?: number;
  /** The mean over batches that have weight of each batch's mean loss. */
  readonly batchMeanLoss?: number;
  /** `batchMeanLoss - loss`. */
  readonly batchMeanBias?: number;
  /** Samples decided right. */
  readonly correct?: number;
  /** `correct / (samples - ignored)`. */
  readonly accuracy?: number;
  /** Wilson's 95 % interval of the accuracy. */
  readonly accuracyInterval?: [low: number, high: number];
  /** Samples with a loss, weight or scores that are NaN or infinite. */
  readonly nonFinite: number;
  /** The first batch that had one. */
  readonly firstNonFinite?: string;
}

/** A tally's state as JSON. */
export interface EpochTallyJson {
  readonly tally: 1;
  readonly samples: number;
  readonly ignored: number;
  readonly batches: number;
  readonly nonFinite: number;
  readonly firstNonFinite?: FirstNonFinite;
  readonly correct?: number;
  readonly loss?: LossMomentsJson;
  readonly batchMeans?: ExactSumJson;
  readonly batchesWithMean?: number;
}

interface FirstNonFinite {
  readonly batch: number;
  readonly name: string;
}

/**
 * Tallies the batches of an epoch: exact sums of terms and weights, and integer counts, divided only when reported.
 *
 * The report of given terms and weights has the same bits for any batch size, order and merge tree, but for what is
 * about batches by definition (`batches`, `batchMeanLoss`, `batchMeanBias`). Nothing that is not finite is dropped: a
 * NaN among the terms makes the loss NaN, a sample with one is never correct, and both are counted.
 *
 * PyTorch's equivalent of `loss` is `sum(criterion(..., reduction="sum")) / sum(denominators)`, in exact arithmetic.
 *
 * @example
 * ```ts
 * import { EpochTally } from "onward/metrics";
 * const tally = new EpochTally();
 * tally.add({ terms: [0.5, 1.5], scores: [2, 1, 0, 3], labels: [0, 0] });
 * tally.add({ terms: [4], scores: [1, 5], labels: [1] });
 * const { loss, batchMeanLoss, accuracy } = tally.report(); // 2, 2.5, 0.666...
 * ```
 */
export class EpochTally {
  #samples = 0;
  #ignored = 0;
  #batches = 0;
  #nonFinite = 0;
  #firstNonFinite: FirstNonFinite | undefined;
  /** Undefined until a batch says how its samples were decided; then every batch has to. */
  #correct: number | undefined;
  /** Undefined until a batch has terms; then every batch has to. */
  #loss: LossMoments | undefined;
  #batchMeans = new ExactSum();
  #batchesWithMean = 0;

  /** A tally of nothing: the neutral element of `merge`. */
  static get empty(): EpochTally {
    return new EpochTally();
  }

  /**
   * Adds one batch. A batch that is refused leaves the tally as it was.
   *
   * @throws OnwardError `data` when lengths do not fit or a label or weight is impossible, `usage` when fields contradict
   *   each other or differ from those of the batches before
   */
  add(batch: TallyBatch): void {
    const number = this.#batches + 1;
    const name = batch.name ?? `batch ${number}`;
    const counts = countBatch(batch, name);
    this.#checkSame(counts.terms !== undefined, counts.correct !== undefined, name);
    this.#samples += counts.samples;
    this.#ignored += counts.ignored;
    this.#batches = number;
    if (counts.correct !== undefined) this.#correct = (this.#correct ?? 0) + counts.correct;
    if (counts.nonFinite > 0) {
      this.#nonFinite += counts.nonFinite;
      this.#firstNonFinite ??= { batch: number, name };
    }
    this.#addLoss(counts);
  }

  #addLoss({ terms, weights, apart }: BatchCounts): void {
    if (terms === undefined) return;
    const loss = (this.#loss ??= new LossMoments());
    let mean: number | undefined;
    if (apart && weights !== undefined) {
      loss.addLosses(terms, weights);
      const batch = new LossMoments();
      batch.addLosses(terms, weights);
      mean = batch.mean();
    } else {
      loss.addTerms(terms, weights);
      mean = roundedMean(terms, weights);
    }
    if (mean !== undefined) {
      this.#batchMeans.add(mean);
      this.#batchesWithMean++;
    }
  }

  /**
   * Adds everything that another tally holds; the other stays as it is. Commutative and associative.
   *
   * @throws OnwardError `usage` when one has a loss, or an accuracy, and the other does not
   */
  merge(other: EpochTally): void {
    if (other.#batches > 0) this.#checkSame(other.#loss !== undefined, other.#correct !== undefined, "merge");
    this.#samples += other.#samples;
    this.#ignored += other.#ignored;
    this.#batches += other.#batches;
    this.#nonFinite += other.#nonFinite;
    this.#firstNonFinite = earlier(this.#firstNonFinite, other.#firstNonFinite);
    if (other.#correct !== undefined) this.#correct = (this.#correct ?? 0) + other.#correct;
    if (other.#loss !== undefined) (this.#loss ??= new LossMoments()).merge(other.#loss);
    this.#batchMeans.merge(other.#batchMeans);
    this.#batchesWithMean += other.#batchesWithMean;
  }

  /** Reads the state: the only place where something is divided. */
  report(): TallyReport {
    const scored = this.#samples - this.#ignored;
    const loss = this.#loss?.mean();
    const batchCount = new ExactSum();
    batchCount.add(this.#batchesWithMean);
    const batchMeanLoss = this.#batchesWithMean === 0 ? undefined : this.#batchMeans.dividedBy(batchCount);
    return present({
      samples: this.#samples,
      ignored: this.#ignored,
      batches: this.#batches,
      lossSum: this.#loss?.terms.value(),
      lossWeight: this.#loss?.weights.value(),
      loss,
      lossStandardError: this.#loss?.standardError(scored),
      batchMeanLoss,
      batchMeanBias: batchMeanLoss === undefined || loss === undefined ? undefined : batchMeanLoss - loss,
      correct: this.#correct,
      accuracy: this.#correct === undefined || scored === 0 ? undefined : this.#correct / scored,
      accuracyInterval: this.#correct === undefined ? undefined : wilsonInterval(this.#correct, scored),
      nonFinite: this.#nonFinite,
      firstNonFinite: this.#firstNonFinite?.name,
    });
  }

  /** The state as JSON; equal for equal states, however they came about. */
  toJSON(): EpochTallyJson {
    return present({
      tally: 1 as const,
      samples: this.#samples,
      ignored: this.#ignored,
      batches: this.#batches,
      nonFinite: this.#nonFinite,
      firstNonFinite: this.#firstNonFinite,
      correct: this.#correct,
      loss: this.#loss?.toJSON(),
      ...(this.#loss === undefined
        ? {}
        : { batchMeans: this.#batchMeans.toJSON(), batchesWithMean: this.#batchesWithMean }),
    });
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @throws OnwardError `data` when it is not a tally's state
   */
  static fromJSON(json: unknown): EpochTally {
    const record = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
    if (record["tally"] !== 1) {
      throw new OnwardError("data", {
        expected: 'the state of an epoch tally, with "tally": 1',
        got: show(record["tally"]),
      });
    }
    const count = (name: string) => {
      const value = record[name];
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
      throw new OnwardError("data", { expected: `"${name}" to be a count`, got: show(value), where: "tally state" });
    };
    const tally = new EpochTally();
    tally.#samples = count("samples");
    tally.#ignored = count("ignored");
    tally.#batches = count("batches");
    tally.#nonFinite = count("nonFinite");
    const first = record["firstNonFinite"] as Partial<FirstNonFinite> | undefined;
    if (first !== undefined) tally.#firstNonFinite = { batch: Number(first.batch), name: String(first.name) };
    if (record["correct"] !== undefined) tally.#correct = count("correct");
    if (record["loss"] !== undefined) {
      tally.#loss = LossMoments.fromJSON(record["loss"]);
      tally.#batchMeans = ExactSum.fromJSON(record["batchMeans"]);
      tally.#batchesWithMean = count("batchesWithMean");
    }
    return tally;
  }

  #checkSame(measured: boolean, decided: boolean, where: string): void {
    if (this.#batches === 0) return;
    for (const [what, now, before] of [
      ["terms or losses", measured, this.#loss !== undefined],
      ["scores or predictions", decided, this.#correct !== undefined],
    ] as const) {
      if (now !== before) {
        throw new OnwardError("usage", {
          expected: `${what} in every batch or in none`,
          got: now ? "them after a batch without" : "a batch without them",
          where,
        });
      }
    }
  }
}

/** Of two first batches the lower-numbered; a tie (of shards) goes by name, so that merging stays commutative. */
function earlier(a: FirstNonFinite | undefined, b: FirstNonFinite | undefined): FirstNonFinite | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.batch !== b.batch) return a.batch < b.batch ? a : b;
  return a.name <= b.name ? a : b;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what is undefined. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
