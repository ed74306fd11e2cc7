import { Tensor } from "../core/index.ts";
import type { NumericArray } from "./elements.ts";
import { isBare, type Batch } from "./source.ts";

/** Reads `count` batches from `first` on as one. */
type Read = (first: number, count: number, spent: Batch | undefined) => Promise<Batch>;

/**
 * Keeps the next batches of a pass under way, so that they are there when they are asked for.
 *
 * Batches are read one by one and joined where several are asked for at once, as nobody knows beforehand how many that will
 * be. At most `depth` batches more than were asked for last are held, and the memory of spent ones is used again, so that what
 * a pass holds does not grow. A batch that cannot be read fails when it is asked for.
 */
export class ReadAhead {
  readonly #read: Read;
  readonly #batches: number;
  readonly #depth: number;
  readonly #underWay = new Map<number, Promise<Batch>>();
  readonly #spare: Batch[] = [];
  /** What was handed out joined from several; its memory is of no use for single batches. */
  #joined: Batch | undefined;

  constructor(read: Read, batches: number, depth: number) {
    this.#read = read;
    this.#batches = batches;
    this.#depth = depth;
  }

  async read(first: number, count: number, spent: Batch | undefined): Promise<Batch> {
    const joined = spent !== undefined && spent === this.#joined ? spent : undefined;
    if (joined === undefined) this.#keep(spent);
    for (const i of this.#underWay.keys()) {
      if (i < first || i >= first + count + this.#depth) this.#underWay.delete(i);
    }
    const last = Math.min(first + count + this.#depth, this.#batches);
    for (let i = first; i < last; i++) this.#start(i);
    const batches = await Promise.all(Array.from({ length: count }, (_, i) => this.#take(first + i)));
    const [only] = batches;
    if (count === 1 && only !== undefined) return only;
    this.#joined = join(batches, joined);
    for (const batch of batches) this.#keep(batch);
    return this.#joined;
  }

  #start(i: number): void {
    if (this.#underWay.has(i)) return;
    const batch = this.#read(i, 1, this.#spare.pop());
    batch.catch(() => undefined); // it is reported when it is awaited
    this.#underWay.set(i, batch);
  }

  async #take(i: number): Promise<Batch> {
    const batch = await this.#underWay.get(i);
    this.#underWay.delete(i);
    return batch as Batch;
  }

  #keep(batch: Batch | undefined): void {
    if (batch !== undefined && this.#spare.length < this.#depth) this.#spare.push(batch);
  }
}

/** Puts batches behind each other, in the memory of a spent one where it fits. */
function join(batches: readonly Batch[], spent: Batch | undefined): Batch {
  const { inputs } = batches[0] as Batch;
  const labels = joinTensors(
    batches.map((batch) => batch.labels),
    spent?.labels,
  );
  if (isBare(inputs)) {
    return {
      inputs: joinTensors(
        batches.map((batch) => batch.inputs as Tensor),
        spent?.inputs as Tensor | undefined,
      ),
      labels,
    };
  }
  const named = (batch: Batch | undefined, name: string) => (batch?.inputs as Readonly<Record<string, Tensor>>)?.[name];
  const joined = Object.keys(inputs).map((name) => [
    name,
    joinTensors(
      batches.map((batch) => named(batch, name) as Tensor),
      named(spent, name),
    ),
  ]);
  return { inputs: Object.fromEntries(joined) as Record<string, Tensor>, labels };
}

function joinTensors(tensors: readonly Tensor[], spent: Tensor | undefined): Tensor {
  const { type, dims, data } = tensors[0] as Tensor;
  const length = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  const fits = spent?.type === type && spent.size === length;
  const Values = data.constructor as new (length: number) => NumericArray;
  const values = fits ? (spent.data as NumericArray) : new Values(length);
  let at = 0;
  for (const tensor of tensors) {
    values.set(tensor.data as never, at);
    at += tensor.size;
  }
  const count = tensors.reduce((sum, tensor) => sum + (tensor.dims[0] as number), 0);
  return new Tensor(type, values as never, [count, ...dims.slice(1)]);
}
