import type { Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Batch, Loader, Pass as DataPass } from "../data/index.ts";
import type { Dim } from "../graph/index.ts";
import { EpochTally, type Floats } from "../metrics/index.ts";
import type { EvaluateSteps, ModelValues, Outcome, TrainSteps } from "../steps/index.ts";
import type { CallLength } from "./call-length.ts";
import { checkLabels } from "./check-labels.ts";
import type { Events, PhaseStart, TrainerEvents } from "./events.ts";
import type { Mode } from "./mode.ts";
import { tallyBatch } from "./judge.ts";
import type { PhaseReport } from "./report.ts";

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
  readonly events: Events<TrainerEvents>;
  readonly signal: AbortSignal | undefined;
}

/** One pass over a loader: reads batches, has them computed, tallies them, tells how far it is. */
export class Pass {
  readonly #options: PassOptions;
  readonly #data: DataPass;
  readonly #start: PhaseStart;
  readonly #tally = new EpochTally();
  readonly #startTime = performance.now();
  #batchesDone = 0;
  #samplesDone = 0;

  constructor(options: PassOptions) {
    const { name, mode, epoch, loader, events } = options;
    this.#options = options;
    this.#data = loader.open(epoch ?? 1);
    this.#start = {
      phase: name,
      mode,
      ...(epoch === undefined ? {} : { epoch }),
      batches: this.#data.batches,
      samples: this.#data.samples,
    };
    events.send("phaseStart", this.#start);
  }

  /** One optimizer step a batch, several batches a call. */
  async train(steps: TrainSteps, values: ModelValues, callLength: CallLength): Promise<PhaseReport> {
    const { batches } = this.#data;
    let batch: Batch | undefined;
    while (this.#batchesDone < batches) {
      const first = this.#batchesDone;
      const count = this.#fullBatches(first, Math.min(callLength.steps, batches - first));
      const size = this.#data.batchSize(first);
      batch = await this.#read(first, count, batch);
      const began = performance.now();
      const result = await steps.run(values, batch, count, size);
      callLength.measured(count, (performance.now() - began) / 1000, inputBytes(batch));
      this.#count(result, batch, count, size, 2);
    }
    return this.#report();
  }

  /** The parameters stay as they are. */
  async evaluate(steps: EvaluateSteps, values: ModelValues): Promise<PhaseReport> {
    let batch: Batch | undefined;
    while (this.#batchesDone < this.#data.batches) {
      const first = this.#batchesDone;
      batch = await this.#read(first, 1, batch);
      this.#count(await steps.run(values, batch), batch, 1, this.#data.batchSize(first), 1);
    }
    return this.#report();
  }

  /** Of `count` batches those that are full; a ragged one goes alone. */
  #fullBatches(first: number, count: number): number {
    const ragged = this.#data.batchSize(first + count - 1) !== this.#data.batchSize(first);
    return ragged ? count - 1 : count;
  }

  async #read(first: number, count: number, spent: Batch | undefined): Promise<Batch> {
    const { signal, loader, criterion, classes, name } = this.#options;
    signal?.throwIfAborted();
    const batch = await this.#data.read(first, count, spent);
    checkLabels(criterion, batch.labels, classes, this.#data.indices(first, count), loader.source.name ?? name);
    return batch;
  }

  /** @param axes - how many axes stand before a sample's own scores: steps and samples, or samples alone */
  #count({ terms, weights, scores }: Outcome, { labels }: Batch, count: number, size: number, axes: 1 | 2): void {
    const part = (tensor: Tensor, i: number) => {
      const width = tensor.data.length / count;
      return (tensor.data as Floats).subarray(i * width, (i + 1) * width);
    };
    const scoreDims = [size, ...scores.dims.slice(axes)];
    for (let i = 0; i < count; i++) {
      const judged = {
        terms: part(terms, i),
        weights: weights === undefined ? undefined : part(weights, i),
        scores: part(scores, i),
        scoreDims,
        boundary: this.#options.boundary,
        labels: part(labels, i),
      };
      this.#tally.add(tallyBatch(this.#options.criterion, judged, `batch ${this.#batchesDone + i + 1}`));
    }
    this.#batchesDone += count;
    this.#samplesDone += count * size;
    this.#options.events.send("progress", {
      ...this.#start,
      batchesDone: this.#batchesDone,
      samplesDone: this.#samplesDone,
      seconds: this.#seconds(),
    });
  }

  #seconds(): number {
    return (performance.now() - this.#startTime) / 1000;
  }

  #report(): PhaseReport {
    const { name, mode, epoch, loader, events } = this.#options;
    const seconds = this.#seconds();
    const report: PhaseReport = {
      phase: name,
      mode,
      ...(epoch === undefined ? {} : { epoch }),
      ...this.#tally.report(),
      datasetSize: loader.source.size,
      seconds,
      samplesPerSecond: this.#samplesDone / seconds,
    };
    events.send("phaseEnd", report);
    return report;
  }
}

function inputBytes({ inputs }: Batch): number {
  const tensors = "dims" in inputs ? [inputs as Tensor] : Object.values(inputs);
  return tensors.reduce((sum, tensor) => sum + (tensor.data as Uint8Array).byteLength, 0);
}
