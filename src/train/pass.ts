import { freeMemory, OnwardError, type Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch, Loader, Pass as DataPass } from "../data/index.ts";
import type { Dim } from "../graph/index.ts";
import { EpochTally, type EpochTallyJson, type Floats, type ScoreKind, type TallyBatch } from "../metrics/index.ts";
import type { EvaluateSteps, ModelValues, Outcome, TrainingSteps } from "../steps/index.ts";
import type { CallLength } from "./call-length.ts";
import { checkLabels } from "./check-labels.ts";
import type { Events, PhaseStart, TrainerEvents } from "./events.ts";
import type { Metric } from "./metrics/metric.ts";
import { PhaseMetrics } from "./metrics/phase-metrics.ts";
import type { Mode } from "./mode.ts";
import { tallyBatch } from "./judge.ts";
import type { PhaseReport } from "./report.ts";
import { tensorBytes } from "./tensor-bytes.ts";

/** What a pass needs to know besides the steps that it takes. */
export interface PassOptions {
  readonly name: string;
  readonly mode: Mode;
  readonly epoch: number | undefined;
  readonly loader: Loader;
  readonly criterion: Criterion;
  /** The number of classes, where the model's scores say. */
  readonly classes: Dim;
  /** The score above which the answer is yes, for a criterion that asks for each. */
  readonly boundary: number;
  /** What to report besides loss and accuracy, and what the scores are that it is computed from. */
  readonly metrics: readonly Metric[];
  readonly kind: ScoreKind;
  readonly events: Events<TrainerEvents>;
  readonly signal: AbortSignal | undefined;
  /** See no more than so many batches. */
  readonly limit?: number | undefined;
  /** Goes on from here. */
  readonly from?: PassState | undefined;
}

/** How far a pass is, and what it has counted. */
export interface PassState {
  readonly batches: number;
  readonly samples: number;
  readonly seconds: number;
  readonly waitSeconds: number;
  readonly skippedSteps: number;
  readonly tally: EpochTallyJson;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** What a training pass works with. */
export interface TrainingMeans {
  readonly steps: TrainingSteps;
  readonly values: ModelValues;
  /** What a call gives out of parameters and state, however many steps it takes. */
  readonly carriedBytes: number;
  readonly callLength: CallLength;
  /** How many steps may be taken before `between` has to be called again. */
  readonly room: () => number;
  /** Called when whole steps were taken. */
  readonly between: () => Promise<void>;
  /** Whether a loss that is not finite stops the pass; the values are then those from before it. */
  readonly stopsAtNonFinite: boolean;
}

/** One pass over a loader: reads batches, has them computed, tallies them, tells how far it is. */
export class Pass {
  readonly #options: PassOptions;
  readonly #data: DataPass;
  readonly #start: PhaseStart;
  readonly #tally: EpochTally;
  readonly #metrics: PhaseMetrics | undefined;
  readonly #startTime: number;
  readonly #batches: number;
  #batchesDone: number;
  #samplesDone: number;
  #skippedSteps: number;
  #waitSeconds: number;

  constructor(options: PassOptions) {
    const { name, mode, epoch, loader, events, limit = Infinity, from } = options;
    this.#options = options;
    this.#data = loader.open(epoch ?? 1);
    this.#batches = Math.min(this.#data.batches, limit);
    this.#tally = from === undefined ? new EpochTally() : EpochTally.fromJSON(from.tally);
    if (options.metrics.length > 0) this.#metrics = new PhaseMetrics(options.metrics, from?.metrics);
    this.#startTime = performance.now() - (from?.seconds ?? 0) * 1000;
    this.#batchesDone = from?.batches ?? 0;
    this.#samplesDone = from?.samples ?? 0;
    this.#skippedSteps = from?.skippedSteps ?? 0;
    this.#waitSeconds = from?.waitSeconds ?? 0;
    this.#start = {
      phase: name,
      mode,
      ...(epoch === undefined ? {} : { epoch }),
      batches: this.#batches,
      samples: Math.min(this.#data.samples, this.#batches * this.#data.batchSize(0)),
    };
    events.send("phaseStart", this.#start);
  }

  /** One optimizer step a window, several batches a call; a call does not go beyond a window of several batches. */
  async train({
    steps,
    values,
    carriedBytes,
    callLength,
    room,
    between,
    stopsAtNonFinite,
  }: TrainingMeans): Promise<PhaseReport> {
    const { window, state } = steps;
    steps.expect(this.#data.batchSize(0));
    let batch: Batch | undefined;
    while (this.#batchesDone < this.#batches) {
      const first = this.#batchesDone;
      const place = first % window;
      if (place === 0) this.#options.signal?.throwIfAborted();
      const most = Math.min(callLength.of(this.#batches - first), window === 1 ? room() : window - place);
      const count = this.#fullBatches(first, Math.max(most, 1));
      const size = this.#data.batchSize(first);
      batch = await this.#next(first, count, batch);
      const result = await this.#run(steps, values, batch, count, size, callLength, carriedBytes);
      if (stopsAtNonFinite && !allFinite(result.terms)) {
        steps.undo(values);
        throw this.#notFinite(result, first, count, size);
      }
      this.#count(result, batch, count, size);
      if (this.#batchesDone % window !== 0 && this.#batchesDone !== this.#batches) continue;
      this.#skippedSteps += await steps.endWindow(values);
      await between();
    }
    return this.#report({
      steps: state.steps,
      learningRate: state.learningRate(state.steps - 1),
      ...(this.#skippedSteps === 0 ? {} : { skippedSteps: this.#skippedSteps }),
    });
  }

  /** The parameters stay as they are. */
  async evaluate(steps: EvaluateSteps, values: ModelValues, callLength: CallLength): Promise<PhaseReport> {
    await steps.begin(values, this.#batches);
    let batch: Batch | undefined;
    while (this.#batchesDone < this.#batches) {
      const first = this.#batchesDone;
      this.#options.signal?.throwIfAborted();
      const count = this.#fullBatches(first, callLength.of(this.#batches - first));
      const size = this.#data.batchSize(first);
      batch = await this.#next(first, count, batch);
      const result = await this.#run(steps, values, batch, count, size, callLength, 0);
      this.#count(result, batch, count, size);
    }
    return this.#report({});
  }

  /** Of `count` batches those that are full; a ragged one goes alone. */
  #fullBatches(first: number, count: number): number {
    const ragged = this.#data.batchSize(first + count - 1) !== this.#data.batchSize(first);
    return ragged ? count - 1 : count;
  }

  async #next(first: number, count: number, spent: Batch | undefined): Promise<Batch> {
    const { loader, criterion, classes, name } = this.#options;
    const began = performance.now();
    const batch = await this.#data.pick(first, count, spent);
    this.#waitSeconds += (performance.now() - began) / 1000;
    checkLabels(criterion, batch.labels, classes, this.#data.indices(first, count), loader.source.name ?? name);
    return batch;
  }

  /** One call of the runtime; how long it took says how many steps the next ones take, where the batches are full. */
  async #run(
    steps: TrainingSteps | EvaluateSteps,
    values: ModelValues,
    batch: Batch,
    count: number,
    size: number,
    callLength: CallLength,
    carriedBytes: number,
  ): Promise<Outcome> {
    const began = performance.now();
    const result = await steps.run(values, batch, count, size);
    const seconds = (performance.now() - began) / 1000;
    if (size === this.#data.batchSize(0)) callLength.measured(count, seconds, inputBytes(batch), carriedBytes);
    return result;
  }

  #count({ terms, weights, scores }: Outcome, { labels }: Batch, count: number, size: number): void {
    const part = (tensor: Tensor, i: number) => {
      if (count === 1) return tensor.data as Floats;
      const width = tensor.data.length / count;
      return (tensor.data as Floats).subarray(i * width, (i + 1) * width);
    };
    const scoreDims = [size, ...scores.dims.slice(2)];
    for (let i = 0; i < count; i++) {
      const judged = {
        terms: part(terms, i),
        weights: weights === undefined ? undefined : part(weights, i),
        scores: part(scores, i),
        scoreDims,
        boundary: this.#options.boundary,
        labels: part(labels, i),
      };
      const batch = tallyBatch(this.#options.criterion, judged, `batch ${this.#batchesDone + i + 1}`);
      this.#tally.add(batch);
      this.#addMetrics(batch, judged.scores, scoreDims);
    }
    // A metric has copied what it keeps.
    freeMemory([terms.data, weights?.data, scores.data]);
    this.#batchesDone += count;
    this.#samplesDone += count * size;
    this.#options.events.send("progress", {
      ...this.#start,
      batchesDone: this.#batchesDone,
      samplesDone: this.#samplesDone,
      seconds: this.#seconds(),
    });
  }

  /** Says which batch and samples gave a loss that is not finite. */
  #notFinite({ terms }: Outcome, first: number, count: number, size: number): OnwardError {
    const { name, epoch, loader } = this.#options;
    const data = terms.data as Floats;
    const [width, each] = [data.length / count, data.length / (count * size)];
    const at = data.findIndex((term) => !Number.isFinite(term));
    const batch = Math.floor(at / width);
    const within = [...data.subarray(batch * width, (batch + 1) * width).keys()];
    const bad = within.filter((i) => !Number.isFinite(data[batch * width + i]));
    const rows = [...new Set(bad.map((i) => Math.floor(i / each)))];
    const numbers = this.#data.indices(first + batch, 1);
    const samples = rows.slice(0, 5).map((row) => numbers[row] ?? 0);
    const more = rows.length > 5 ? ` and ${rows.length - 5} more` : "";
    const source = loader.source.name ?? name;
    return new OnwardError("diverged", {
      expected: "a finite loss",
      got: String(data[at]),
      where: `epoch ${epoch ?? 1}, ${name}, batch ${first + batch + 1}, ${source} ${rows.length === 1 ? "sample" : "samples"} ${samples.join(", ")}${more}`,
      advice:
        "look at these samples, lower the learning rate, clip the gradients by their norm (--clip-norm), or leave such steps out with onNonFinite (--on-nonfinite skip)",
    });
  }

  /** How far it is: whole steps alone when asked by `between`, or after an abort. */
  state(): PassState {
    return {
      batches: this.#batchesDone,
      samples: this.#samplesDone,
      seconds: this.#seconds(),
      waitSeconds: this.#waitSeconds,
      skippedSteps: this.#skippedSteps,
      tally: this.#tally.toJSON(),
      metrics: this.#metrics?.toJSON() ?? {},
    };
  }

  #addMetrics({ labels, ignoreIndex }: TallyBatch, scores: Floats, dims: readonly number[]): void {
    if (this.#metrics === undefined || labels === undefined) return;
    const { kind } = this.#options;
    this.#metrics.add({ scores, dims, labels, kind, ...(ignoreIndex !== undefined && { ignoreIndex }) });
  }

  #seconds(): number {
    return (performance.now() - this.#startTime) / 1000;
  }

  #report(steps: Pick<PhaseReport, "steps" | "learningRate" | "skippedSteps">): PhaseReport {
    const { name, mode, epoch, loader, events } = this.#options;
    const seconds = this.#seconds();
    const metrics = this.#metrics?.read();
    this.#metrics?.release();
    const report: PhaseReport = {
      phase: name,
      mode,
      ...(epoch === undefined ? {} : { epoch }),
      ...this.#tally.report(),
      ...(metrics !== undefined && { metrics }),
      ...steps,
      datasetSize: loader.source.size,
      seconds,
      waitSeconds: this.#waitSeconds,
      samplesPerSecond: this.#samplesDone / seconds,
    };
    events.send("phaseEnd", report);
    return report;
  }
}

/** What a batch takes; one whose samples are picked takes nothing of its own. */
function inputBytes({ inputs, rows }: Batch): number {
  if (rows !== undefined) return 0;
  const tensors = "dims" in inputs ? [inputs as Tensor] : Object.values(inputs);
  return tensorBytes(tensors);
}

function allFinite({ data }: Tensor): boolean {
  // A sum is NaN or infinite where a term is; one that overflows has no finite mean in this type either. By number, as an iterator
  // makes an object of each.
  const terms = data as Floats;
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += terms[i] ?? NaN;
  return Number.isFinite(sum);
}
