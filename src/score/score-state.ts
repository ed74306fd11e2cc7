import { OnwardError } from "../core/index.ts";
import {
  BrierState,
  CalibrationState,
  ClassLossState,
  ConfusionState,
  LossMoments,
  rankOf,
  TopKState,
} from "../metrics/index.ts";
import { BatchMeans, type Losses } from "./batch-means.ts";
import { judgeRows, type ScoredRows, type StateShape } from "./judge-rows.ts";
import type { RowKernels } from "./row-kernels.ts";
import { type RowChunk, rowNumber } from "./row-chunk.ts";

/** Everything that is counted and summed of the rows of a file, but for the ranks; exact and mergeable. */
export class ScoreState {
  readonly shape: StateShape;
  samples = 0;
  ignored = 0;
  nonFinite = 0;
  /** The first row, by the name of its file and its number, that had something that is not finite. */
  firstNonFinite: { readonly file: string; readonly row: number } | undefined;
  correct = 0;
  readonly loss: LossMoments | undefined;
  readonly batches: BatchMeans | undefined;
  readonly confusion: ConfusionState | undefined;
  readonly topK: TopKState | undefined;
  readonly brier: BrierState | undefined;
  readonly calibration: CalibrationState | undefined;
  readonly classLoss: ClassLossState | undefined;
  readonly #kernels: RowKernels | undefined;
  /** Probabilities of the last rows. */
  #memory: Float64Array = new Float64Array(0);

  constructor(shape: StateShape, kernels?: RowKernels) {
    this.shape = shape;
    this.#kernels = kernels;
    const { options, classes } = shape;
    const scored = options.scores !== undefined;
    const measured = scored || options.loss !== undefined;
    if (measured) this.loss = new LossMoments();
    if (measured && options.label !== undefined) this.classLoss = new ClassLossState(classes.count);
    if (options.batch !== undefined || options.batchSize !== undefined) this.batches = new BatchMeans();
    if (scored || options.prediction !== undefined) this.confusion = new ConfusionState(classes.count);
    if (scored) {
      this.topK = new TopKState(options.topK ?? [1], classes.count);
      this.brier = new BrierState();
      this.calibration = new CalibrationState(options.bins ?? 15);
    }
  }

  /**
   * Adds rows; gives back those that are ranked, if there are scores: in memory that is used again for the next rows.
   *
   * @throws OnwardError `data` with the row when scores contradict their kind
   */
  add(chunk: RowChunk): ScoredRows | undefined {
    const length = chunk.scores?.length ?? 0;
    if (this.#kernels !== undefined) this.#memory = this.#kernels.memory;
    else if (this.#memory.length < length) this.#memory = new Float64Array(length);
    const { kept, losses, scored, decided } = judgeRows(chunk, this.shape, this.#memory, this.#kernels);
    const { labels, weights } = kept;
    this.samples += chunk.length;
    this.ignored += chunk.length - kept.length;
    if (scored !== undefined && kept.scores !== undefined) this.#addScores(kept.scores, scored);
    this.#addLosses(losses, labels);
    this.#addBatches(chunk, kept, losses);
    const [values, highest] = [losses?.values, scored?.highest];
    for (let row = 0; row < kept.length; row++) {
      const finite =
        (values === undefined || Number.isFinite(values[row])) &&
        (weights === undefined || Number.isFinite(weights[row])) &&
        (highest === undefined || highest[row] !== -1);
      if (!finite) {
        this.nonFinite++;
        this.#noteNonFinite({ file: chunk.file, row: rowNumber(kept, row) });
      }
      if (decided === undefined || labels === undefined) continue;
      const label = labels[row] as number;
      const prediction = decided[row] as number;
      if (finite && prediction === label) this.correct++;
      this.confusion?.addOne(label, prediction, weights?.[row]);
    }
    return scored;
  }

  #noteNonFinite(found: { readonly file: string; readonly row: number }): void {
    const first = this.firstNonFinite;
    const earlier =
      first === undefined || found.file < first.file || (found.file === first.file && found.row < first.row);
    if (earlier) this.firstNonFinite = found;
  }

  /** Ends the batches of a file. */
  endFile(): void {
    this.batches?.close();
  }

  #addScores(scores: Float64Array, { labels, probabilities, weights, highest }: ScoredRows): void {
    const classes = this.shape.classes.count;
    const ks = this.topK?.k ?? [];
    const deep = ks.some((k) => k > 1);
    this.brier?.add(probabilities, classes, labels, weights);
    const confidences = new Float64Array(labels.length);
    const correct = new Uint8Array(labels.length);
    const hits = new Float64Array(ks.length);
    for (let row = 0; row < labels.length; row++) {
      const first = row * classes;
      const label = labels[row] as number;
      const at = highest[row] as number;
      const confidence = at < 0 ? NaN : (probabilities[first + at] as number);
      confidences[row] = confidence;
      correct[row] = at === label ? 1 : 0;
      // That the label's score is not the first is all that top-1 asks.
      const rank = at === label ? 0 : at < 0 ? Infinity : deep ? rankOf(scores, first, classes, label) : 1;
      if (weights !== undefined) {
        this.topK?.addRank(rank, weights[row]);
        this.calibration?.add(confidence, at === label, weights[row]);
      } else {
        for (let i = 0; i < hits.length; i++) if (rank < (ks[i] as number)) hits[i] = (hits[i] as number) + 1;
      }
    }
    if (weights !== undefined) return;
    this.topK?.addHits(labels.length, hits);
    this.calibration?.addAll(confidences, correct);
  }

  #addLosses(losses: Losses | undefined, labels: Int32Array | undefined): void {
    if (losses === undefined) return;
    const { values, weights, apart } = losses;
    if (apart && weights !== undefined) this.loss?.addLosses(values, weights);
    else this.loss?.addTerms(values, weights);
    if (labels === undefined || this.classLoss === undefined) return;
    if (weights === undefined) return this.classLoss.addAll(labels, values);
    for (let row = 0; row < labels.length; row++) {
      const [label, value, weight] = [labels[row] as number, values[row] as number, weights[row] as number];
      if (apart) this.classLoss.addLoss(label, value, weight);
      else this.classLoss.addTerm(label, value, weight);
    }
  }

  #addBatches(chunk: RowChunk, kept: RowChunk, losses: Losses | undefined): void {
    if (this.batches === undefined) return;
    const size = this.shape.options.batchSize;
    const keyOf = (rows: RowChunk, row: number) =>
      size === undefined ? (rows.batches?.[row] ?? "") : String(Math.floor((rowNumber(rows, row) - 1) / size));
    if (kept !== chunk || losses === undefined) {
      for (let row = 0; row < chunk.length; row++) this.batches.touch(keyOf(chunk, row));
    }
    if (losses === undefined) return;
    for (let row = 0; row < kept.length; row++) this.batches.add(keyOf(kept, row), losses, row);
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: ScoreState): void {
    this.samples += other.samples;
    this.ignored += other.ignored;
    this.nonFinite += other.nonFinite;
    this.correct += other.correct;
    if (other.firstNonFinite !== undefined) this.#noteNonFinite(other.firstNonFinite);
    if (other.loss !== undefined) this.loss?.merge(other.loss);
    if (other.batches !== undefined) this.batches?.merge(other.batches);
    if (other.confusion !== undefined) this.confusion?.merge(other.confusion);
    if (other.topK !== undefined) this.topK?.merge(other.topK);
    if (other.brier !== undefined) this.brier?.merge(other.brier);
    if (other.calibration !== undefined) this.calibration?.merge(other.calibration);
    if (other.classLoss !== undefined) this.classLoss?.merge(other.classLoss);
  }

  toJSON(): object {
    const { samples, ignored, nonFinite, firstNonFinite, correct } = this;
    const { loss, batches, confusion, topK, brier, calibration, classLoss } = this;
    const counts = { samples, ignored, nonFinite, firstNonFinite, correct };
    return { ...counts, loss, batches, confusion, topK, brier, calibration, classLoss };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote for such options */
  static fromJSON(shape: StateShape, json: unknown): ScoreState {
    const record = (json ?? {}) as Record<string, unknown>;
    const state = new ScoreState(shape);
    for (const name of ["samples", "ignored", "nonFinite", "correct"] as const) {
      const count = record[name];
      if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
        throw new OnwardError("data", { expected: `"${name}" to be a count`, got: String(count) });
      }
      state[name] = count;
    }
    const first = record["firstNonFinite"] as { file?: unknown; row?: unknown } | undefined;
    if (first !== undefined) state.firstNonFinite = { file: String(first.file), row: Number(first.row) };
    state.loss?.merge(LossMoments.fromJSON(record["loss"]));
    state.batches?.merge(BatchMeans.fromJSON(record["batches"]));
    state.confusion?.merge(ConfusionState.fromJSON(record["confusion"]));
    state.topK?.merge(TopKState.fromJSON(record["topK"]));
    state.brier?.merge(BrierState.fromJSON(record["brier"]));
    state.calibration?.merge(CalibrationState.fromJSON(record["calibration"]));
    state.classLoss?.merge(ClassLossState.fromJSON(record["classLoss"]));
    return state;
  }
}
