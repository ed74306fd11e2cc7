import { checkSeed, OnwardError, show, type Tensor } from "../core/index.ts";
import { ReadAhead } from "./read-ahead.ts";
import { repeatsIn } from "./repeats.ts";
import { sequential, type Sampler } from "./sampler.ts";
import { isBare, type Batch, type Source, type Variation } from "./source.ts";

export interface LoaderOptions {
  /** Samples per batch; the last batch of an epoch has what remains. */
  readonly batchSize: number;
  /** Which samples, in which order; `sequential()` if absent. */
  readonly sampler?: Sampler;
  /** Leave out the last batch when it is not full. Averages then divide by the samples that were seen. */
  readonly dropLast?: boolean;
  /** Lets a source that augments vary its samples, by this seed and the epoch; they come as they are if absent. */
  readonly augment?: { readonly seed: number };
}

/** One epoch's way through a data set. */
export interface Pass {
  /** How many batches there are, the ragged one included unless it is dropped. */
  readonly batches: number;
  /** How many samples will be seen. */
  readonly samples: number;
  /** The number of samples in batch `i`, from 0. */
  batchSize(i: number): number;
  /** The numbers, in the data set, of the samples of `count` batches from `first` on. */
  indices(first: number, count: number): Uint32Array;
  /**
   * Reads `count` full batches from `first` on as one contiguous batch. The ragged last one is read alone.
   *
   * @param spent - a batch of this pass or an earlier one that the caller needs no more: its memory may be used again,
   * which halves the time of a read
   */
  read(first: number, count: number, spent?: Batch): Promise<Batch>;
  /** The same where the source has all in memory, but as `rows` of it; where it has not, what `read` gives. */
  pick(first: number, count: number, spent?: Batch): Promise<Batch>;
}

/**
 * Cuts a source into batches.
 *
 * @throws OnwardError `usage` when `batchSize` is not a positive integer, `data` when the source is empty
 *
 * @example
 * ```ts
 * import { Loader, arrays } from "onward/data";
 * const source = arrays({ inputs: { data: [1, 2, 3], dims: [3, 1] }, labels: [0, 1, 0] });
 * const pass = new Loader(source, { batchSize: 2 }).open(1);
 * [pass.batches, pass.batchSize(1)]; // [2, 1]
 * ```
 */
export class Loader {
  readonly source: Source;
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly #sampler: Sampler;
  readonly #augment: LoaderOptions["augment"];

  constructor(source: Source, { batchSize, sampler = sequential(), dropLast = false, augment }: LoaderOptions) {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new OnwardError("usage", { expected: "batch size to be a positive integer", got: show(batchSize) });
    }
    if (!Number.isSafeInteger(source.size) || source.size < 1 || source.size > 2 ** 32) {
      throw new OnwardError("data", {
        expected: "at least one sample",
        got: show(source.size),
        where: nameOf(source),
      });
    }
    this.source = source;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.#sampler = sampler;
    if (augment !== undefined) checkSeed(augment.seed);
    this.#augment = augment;
  }

  /**
   * Starts an epoch, counted from 1.
   *
   * @throws OnwardError `data` when no batch would come of it
   */
  open(epoch: number): Pass {
    const { source, batchSize } = this;
    const order = this.#sampler.order(source.size, epoch);
    const samples = this.dropLast ? order.length - (order.length % batchSize) : order.length;
    if (samples === 0) {
      throw new OnwardError("data", {
        expected: this.dropLast ? `at least one full batch of ${batchSize} samples` : "at least one sample",
        got: String(order.length),
        where: nameOf(source),
        ...(this.dropLast && { advice: "lower the batch size, or keep the last batch" }),
      });
    }
    const batches = Math.ceil(samples / batchSize);
    const sizeOf = (i: number): number => Math.min(batchSize, samples - i * batchSize);
    const indices = (first: number, count: number): Uint32Array => {
      if (!(first >= 0 && count >= 1 && first + count <= batches)) {
        throw new OnwardError("usage", {
          expected: `batches in [0, ${batches})`,
          got: `${count} from ${first} on`,
          where: nameOf(source),
        });
      }
      return order.subarray(first * batchSize, Math.min((first + count) * batchSize, samples));
    };
    const augment = this.#augment;
    const repeats = augment && repeatsIn(order, source.size);
    const variation = (first: number, count: number): Variation | undefined =>
      augment && {
        seed: augment.seed,
        epoch,
        ...(repeats && { repeats: repeats.subarray(first * batchSize, first * batchSize + count) }),
      };
    const readNow = async (first: number, count: number, spent: Batch | undefined): Promise<Batch> => {
      const chosen = indices(first, count);
      const batch = await source.read(chosen, spent, variation(first, chosen.length));
      checkBatch(batch, chosen.length, source);
      return batch;
    };
    const ahead = source.ahead === undefined ? undefined : new ReadAhead(readNow, batches, source.ahead);
    const checkWhole = (first: number, count: number): void => {
      indices(first, count);
      if (count === 1 || sizeOf(first + count - 1) === batchSize) return;
      throw new OnwardError("usage", { expected: "the ragged last batch to be read alone", got: `${count} batches` });
    };
    const read = async (first: number, count: number, spent?: Batch): Promise<Batch> => {
      checkWhole(first, count);
      return ahead === undefined ? readNow(first, count, spent) : ahead.read(first, count, spent);
    };
    const pick = async (first: number, count: number, spent?: Batch): Promise<Batch> => {
      if (source.read.pick === undefined) return read(first, count, spent);
      checkWhole(first, count);
      const chosen = indices(first, count);
      const batch = source.read.pick(chosen, spent);
      checkBatch(batch, chosen.length, source);
      return batch;
    };
    return { batches, samples, batchSize: sizeOf, indices, read, pick };
  }
}

/** A source may be anyone's: what it gives is checked before it is counted. */
function checkBatch({ inputs, labels, rows }: Batch, count: number, source: Source): void {
  const check = (tensor: Tensor, what: string, samples: number, shape?: readonly number[]): void => {
    const expected = [samples, ...(shape ?? tensor.dims.slice(1))];
    if (tensor.dims.length === expected.length && expected.every((dim, i) => dim === tensor.dims[i])) return;
    throw new OnwardError("data", {
      expected: `${what} of shape ${show(expected)}`,
      got: show([...tensor.dims]),
      where: nameOf(source),
    });
  };
  check(labels, "labels", count);
  if (rows !== undefined && rows.length !== count) {
    throw new OnwardError("data", { expected: `${count} rows`, got: String(rows.length), where: nameOf(source) });
  }
  const shapes = source.sampleShape;
  for (const [name, tensor] of Object.entries(isBare(inputs) ? { "": inputs } : inputs)) {
    const shape = isShape(shapes) ? (name === "" ? shapes : undefined) : shapes[name];
    // Where rows are picked, the inputs hold all samples.
    check(tensor, name === "" ? "inputs" : `input ${name}`, rows === undefined ? count : (tensor.dims[0] ?? 0), shape);
  }
}

function isShape(shapes: Source["sampleShape"]): shapes is readonly number[] {
  return Array.isArray(shapes);
}

function nameOf(source: Source): string {
  return source.name ?? "source";
}
