import { expTable } from "../metrics/exp.ts";
import { kernelCode } from "./kernel-code.ts";

/** Where in memory something is. */
export type Address = number;

/** The functions of kernels/score/, which says what they do. */
export interface Kernels {
  prepareExp(table: Address): void;
  softmaxRows(
    scores: Address,
    rows: number,
    classes: number,
    probabilities: Address,
    table: Address,
    maxima: Address,
    others: Address,
    highest: Address,
  ): void;
  sortScores(scores: Address, length: number, other: Address, counts: Address): number;
  rankTables(scores: Address, length: number, below: Address, starts: Address, found: Address): void;
  writeColumns(
    probabilities: Address,
    rows: number,
    classes: number,
    wanted: Address,
    count: number,
    columns: Address,
    capacity: number,
    at: number,
  ): void;
  countRanks(
    column: Address,
    labels: Address,
    length: number,
    positive: number,
    scores: Address,
    below: Address,
    starts: Address,
    found: Address,
    negatives: Address,
    ranks: Address,
    byClass: Address,
    scratch: Address,
  ): number;
}

const pageBytes = 65_536;
const mostPages = 65_536;
/** Where the table of powers is, with the constants behind it. */
export const tableAddress: Address = 64;
const firstAddress = 4096;

/** Memory that threads share, in which kernels work. One thread gives it out. */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  #top = firstAddress;

  private constructor() {
    new Float64Array(this.memory.buffer, tableAddress, expTable.length).set(expTable);
    kernelsOf(this.memory).prepareExp(tableAddress);
  }

  /** Memory, where the process may have room for as much as it could become. */
  static ofProcess(): KernelMemory | undefined {
    try {
      return new KernelMemory();
    } catch {
      return undefined;
    }
  }

  /** Whether so many bytes more can be had. */
  holds(bytes: number): boolean {
    return this.#top + bytes <= pageBytes * mostPages;
  }

  /** Gives out some bytes, from a multiple of 64 on. */
  allocate(bytes: number): Address {
    const address = this.#top;
    this.#top += Math.ceil(bytes / 64) * 64;
    const missing = Math.ceil(this.#top / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    if (missing > 0) this.memory.grow(missing);
    return address;
  }

  /** What `release` needs to take back all that is given out from now on. */
  mark(): Address {
    return this.#top;
  }

  release(mark: Address): void {
    this.#top = mark;
  }
}

/** The kernels for some memory. */
export function kernelsOf(memory: WebAssembly.Memory): Kernels {
  const module = new WebAssembly.Module(Buffer.from(kernelCode, "base64"));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
