import { OnwardError, show, Tensor } from "../core/index.ts";
import type { NumericArray } from "./elements.ts";
import { isBare, type Batch } from "./source.ts";

/** What is left of a batch that came. */
interface Rest {
  readonly batch: Batch;
  readonly from: number;
  readonly count: number;
}

/** Reads batches as they come, and gives out others of the sizes that are asked for. */
export class StreamReader {
  readonly #batches: AsyncIterator<Batch> | Iterator<Batch>;
  readonly #name: string;
  #rest: Rest | undefined;
  #position = 0;

  constructor(batches: AsyncIterable<Batch> | Iterable<Batch>, name: string) {
    this.#batches = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
    this.#name = name;
  }

  /** How many samples were taken or skipped. */
  get position(): number {
    return this.#position;
  }

  /** @throws OnwardError `data` when the stream ends before */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.#next(left)).count;
  }

  /** Takes samples into one batch. @throws OnwardError `data` when the stream ends before, or what comes is not alike */
  async take(count: number): Promise<Batch> {
    const parts: Rest[] = [];
    for (let left = count; left > 0;) {
      const part = await this.#next(left);
      parts.push(part);
      left -= part.count;
    }
    const joined = (of: (batch: Batch) => Tensor | undefined, what: string): Tensor =>
      this.#join(parts, count, of, what);
    const first = (parts[0] as Rest).batch.inputs;
    return {
      inputs: isBare(first)
        ? joined(({ inputs }) => (isBare(inputs) ? inputs : undefined), "inputs")
        : Object.fromEntries(
            Object.keys(first).map((input) => [
              input,
              joined(({ inputs }) => (isBare(inputs) ? undefined : inputs[input]), `input ${input}`),
            ]),
          ),
      labels: joined(({ labels }) => labels, "labels"),
    };
  }

  /** Lets the stream free what it holds. */
  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  /** The next samples, at most so many, that came together. */
  async #next(most: number): Promise<Rest> {
    while (this.#rest === undefined || this.#rest.count === 0) {
      const came = await this.#batches.next();
      if (came.done === true) {
        throw new OnwardError("data", {
          expected: "a stream that begins anew for each pass, and gives as many samples each time",
          got: `an end after ${this.#position} samples`,
          where: this.#name,
        });
      }
      this.#rest = { batch: came.value, from: 0, count: came.value.labels.dims[0] ?? 0 };
    }
    const { batch, from, count } = this.#rest;
    const taken = Math.min(most, count);
    this.#rest = { batch, from: from + taken, count: count - taken };
    this.#position += taken;
    return { batch, from, count: taken };
  }

  #join(parts: readonly Rest[], count: number, of: (batch: Batch) => Tensor | undefined, what: string): Tensor {
    const whole = of((parts[0] as Rest).batch);
    const { type = "float32", dims: [, ...shape] = [] } = whole ?? {};
    const width = shape.reduce((product, dim) => product * dim, 1);
    const make = whole?.data.constructor as new (length: number) => NumericArray;
    const values = new make(count * width);
    let at = 0;
    for (const { batch, from, count: rows } of parts) {
      const tensor = of(batch);
      const samples = batch.labels.dims[0] ?? 0;
      if (tensor?.type !== type || show(tensor.dims) !== show([samples, ...shape])) {
        throw new OnwardError("data", {
          expected: `${what} of ${type} and shape ${show([samples, ...shape])}, as before`,
          got: tensor === undefined ? "none" : `${tensor.type} ${show([...tensor.dims])}`,
          where: `${this.#name}, before sample ${this.#position}`,
        });
      }
      const data = tensor.data as unknown as NumericArray;
      values.set(data.subarray(from * width, (from + rows) * width) as never, at);
      at += rows * width;
    }
    return new Tensor(type, values as never, [count, ...shape]);
  }
}
