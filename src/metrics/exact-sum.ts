import { OnwardError, show } from "../core/errors.ts";
import { blockLength, parts, sumBlock, sumSquares, worthABlock } from "./block-sums.ts";
import { canonical, type Dyadic, dyadic, highWord, plus, quotient, times, toNumber, zero } from "./dyadic.ts";

/** An exact sum as JSON: the finite part as `<hex mantissa>p<binary exponent>`, and what was not finite, counted. */
export interface ExactSumJson {
  readonly sum: string;
  readonly nan?: number;
  readonly infinity?: number;
  readonly negativeInfinity?: number;
}

/** Adds before a bin could lose a bit: 2^20 low words of 32 bits need 52 of a float64's 53. */
const addsBetweenFlushes = 2 ** 20;
const splitter = 2 ** 27 + 1;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/**
 * Sums float64 numbers without any rounding, and rounds once when it is read.
 *
 * A number is cut into the upper 21 and lower 32 bits of its mantissa, and each half is added to a bin of its exponent:
 * small integers in float64, so nothing is lost. The bins are emptied into one big integer before they could overflow.
 * The state is the exact value, so any order, split and merge tree gives the same state. NaN and the infinities are
 * counted apart and show in the value as IEEE 754 would have them.
 *
 * Source: exponent-binned accumulation as in Neal, "Fast exact summation using small and large superaccumulators" (2015).
 *
 * @example
 * ```ts
 * import { ExactSum } from "onward/metrics";
 * const sum = new ExactSum();
 * for (const term of [1e100, 1, -1e100]) sum.add(term);
 * sum.value(); // 1
 * ```
 */
export class ExactSum {
  #total: Dyadic = zero;
  /**
   * Bins of float64, 64 exponents a window: of exponent e in its window the upper halves are at 2e, the lower ones at
   * 2e + 1. Windows are made when needed, so that a sum of usual numbers takes a kilobyte or two.
   */
  #windows: (Float64Array | undefined)[] = [];
  /** Bins of float32, by sign and exponent field: the values themselves, whose 24 bits leave room for 2^29 of them. */
  #singles: Float64Array | undefined;
  #sinceFlush = 0;
  #nan = 0;
  #infinity = 0;
  #negativeInfinity = 0;

  /** The neutral element: a sum of nothing, whose value is 0. */
  static get empty(): ExactSum {
    return new ExactSum();
  }

  /** Adds one number. */
  add(value: number): void {
    scratch[0] = value;
    const high = scratchWords[highWord] as number;
    const field = (high >>> 20) & 0x7ff;
    if (field === 0x7ff) return this.#addSpecial(value);
    if (value === 0) return;
    const low = scratchWords[1 - highWord] as number;
    const bins = this.#windows[field >>> 6] ?? this.#openWindow(field >>> 6);
    const bin = (field & 63) << 1;
    const sign = 1 - 2 * (high >>> 31);
    const top = field === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
    bins[bin] = (bins[bin] as number) + sign * top;
    bins[bin + 1] = (bins[bin + 1] as number) + sign * low;
    if (++this.#sinceFlush >= addsBetweenFlushes) this.#flush();
  }

  /**
   * Adds the product of two numbers, exact also where the product itself would be rounded, overflow or vanish.
   * A product that is NaN or infinite because a factor is counts as such.
   */
  addProduct(a: number, b: number): void {
    const product = a * b;
    const magnitude = Math.abs(product);
    // Inside this range both the product and its rounding error are normal numbers, and the splitting cannot overflow.
    if (magnitude > 2 ** -900 && magnitude < 2 ** 900 && Math.abs(a) < 2 ** 900 && Math.abs(b) < 2 ** 900) {
      this.add(product);
      const error = productError(a, b, product);
      if (error !== 0) this.add(error);
    } else if (!Number.isFinite(a) || !Number.isFinite(b)) {
      this.#addSpecial(product);
    } else if (a !== 0 && b !== 0) {
      this.addDyadic(times(dyadic(a), dyadic(b)));
    }
  }

  /** Adds the product of each pair of numbers at the same place; the arrays have one length. */
  addProducts(a: Float32Array | Float64Array, b: Float32Array | Float64Array): void {
    if (a instanceof Float32Array && b instanceof Float32Array) {
      // Two mantissas of 24 bits fit a float64's 53, and two float32 exponents its range.
      for (let i = 0; i < a.length; i++) this.add((a[i] as number) * (b[i] as number));
    } else {
      for (let i = 0; i < a.length; i++) this.addProduct(a[i] as number, b[i] as number);
    }
  }

  /** Adds an exact binary number. */
  addDyadic(value: Dyadic): void {
    this.#total = plus(this.#total, value);
  }

  /** Adds all numbers of an array; the fastest way for many. */
  addAll(values: Float32Array | Float64Array): void {
    if (values instanceof Float32Array) {
      for (let start = 0; start < values.length; start += addsBetweenFlushes) {
        this.#addSingles(values, start, Math.min(start + addsBetweenFlushes, values.length));
      }
    } else {
      this.addPart(values, 0, values.length);
    }
  }

  /** Adds the numbers of an array from one place up to another. */
  addPart(values: Float64Array, first: number, last: number): void {
    for (let start = first; start < last; start += blockLength) {
      const end = Math.min(start + blockLength, last);
      if (end - start >= worthABlock && sumBlock(values, start, end)) this.#addParts(3);
      else this.#addDoubles(values, start, end);
    }
  }

  /** Adds the square of each number. */
  addSquares(values: Float32Array | Float64Array): void {
    for (let start = 0; start < values.length; start += blockLength) {
      const end = Math.min(start + blockLength, values.length);
      const block = values.subarray(start, end);
      if (end - start >= worthABlock && sumSquares(values, start, end)) this.#addParts(6);
      else this.addProducts(block, block);
    }
  }

  #addParts(count: number): void {
    for (let i = 0; i < count; i++) this.add(parts[i] as number);
  }

  /** Adds everything that another sum holds; the other stays as it is. */
  merge(other: ExactSum): void {
    this.#total = plus(this.#total, other.exact());
    this.#nan += other.#nan;
    this.#infinity += other.#infinity;
    this.#negativeInfinity += other.#negativeInfinity;
  }

  /** The sum of the finite numbers, exact. */
  exact(): Dyadic {
    this.#flush();
    return this.#total;
  }

  /** Whether every number added so far was finite. */
  get finite(): boolean {
    return this.#nan + this.#infinity + this.#negativeInfinity === 0;
  }

  /**
   * The sum, rounded once to the nearest float64 (ties to even). An exact zero is +0, of nothing too; too large is
   * infinite; a NaN, or infinities of both signs, give NaN.
   */
  value(): number {
    if (this.#nan > 0 || (this.#infinity > 0 && this.#negativeInfinity > 0)) return NaN;
    if (this.#infinity > 0) return Infinity;
    if (this.#negativeInfinity > 0) return -Infinity;
    return toNumber(this.exact());
  }

  /**
   * This sum divided by another, rounded once to the nearest float64 (ties to even).
   * 0 / 0 is NaN, x / 0 infinite; sums that are not finite are divided as IEEE 754 divides their values.
   */
  dividedBy(other: ExactSum): number {
    if (!this.finite || !other.finite) return this.value() / other.value();
    return quotient(this.exact(), other.exact());
  }

  /** An independent sum of the same state. */
  clone(): ExactSum {
    const copy = new ExactSum();
    copy.merge(this);
    return copy;
  }

  /** Gives the bins' memory back, for sums that wait. */
  settle(): void {
    this.#flush();
    this.#windows = [];
    this.#singles = undefined;
  }

  /** Forgets everything, and keeps the memory. */
  clear(): void {
    this.#flush();
    this.#total = zero;
    this.#nan = this.#infinity = this.#negativeInfinity = 0;
  }

  /** The state as JSON: one text for one exact value, whatever the order and the merges that led to it. */
  toJSON(): ExactSumJson {
    const { mantissa, exponent } = canonical(this.exact());
    return {
      sum: `${mantissa.toString(16)}p${exponent}`,
      ...(this.#nan > 0 ? { nan: this.#nan } : {}),
      ...(this.#infinity > 0 ? { infinity: this.#infinity } : {}),
      ...(this.#negativeInfinity > 0 ? { negativeInfinity: this.#negativeInfinity } : {}),
    };
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @throws OnwardError `data` when it is not such a state
   */
  static fromJSON(json: unknown): ExactSum {
    const record = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
    const match = /^(-?)([0-9a-f]{1,4096})p(-?\d{1,4})$/.exec(typeof record["sum"] === "string" ? record["sum"] : "");
    if (match === null) {
      throw new OnwardError("data", { expected: 'an exact sum such as {"sum":"1fp-3"}', got: show(record["sum"]) });
    }
    const sum = new ExactSum();
    const magnitude = BigInt(`0x${match[2] ?? "0"}`);
    sum.#total = { mantissa: match[1] === "-" ? -magnitude : magnitude, exponent: Number(match[3]) };
    sum.#nan = count(record["nan"]);
    sum.#infinity = count(record["infinity"]);
    sum.#negativeInfinity = count(record["negativeInfinity"]);
    return sum;
  }

  #openWindow(window: number): Float64Array {
    while (this.#windows.length <= window) this.#windows.push(undefined);
    return (this.#windows[window] = new Float64Array(128));
  }

  #addSpecial(value: number): void {
    if (value > 0) this.#infinity++;
    else if (value < 0) this.#negativeInfinity++;
    else this.#nan++;
  }

  #addSingles(values: Float32Array, start: number, end: number): void {
    if (this.#sinceFlush + end - start > addsBetweenFlushes) this.#flush();
    this.#sinceFlush += end - start;
    const singles = (this.#singles ??= new Float64Array(512));
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = start; i < end; i++) {
      const bin = (bits[i] as number) >>> 23;
      singles[bin] = (singles[bin] as number) + (values[i] as number);
    }
    // The bins of exponent 255 hold nothing but what is not finite: 0 means that there was none.
    if (singles[255] !== 0 || singles[511] !== 0) {
      singles[255] = singles[511] = 0;
      for (let i = start; i < end; i++) {
        const value = values[i] as number;
        if (!Number.isFinite(value)) this.#addSpecial(value);
      }
    }
  }

  #addDoubles(values: Float64Array, start: number, end: number): void {
    if (this.#sinceFlush + end - start > addsBetweenFlushes) this.#flush();
    this.#sinceFlush += end - start;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = start; i < end; i++) {
      const high = words[2 * i + highWord] as number;
      const low = words[2 * i + 1 - highWord] as number;
      const field = (high >>> 20) & 0x7ff;
      if (field === 0x7ff) {
        this.#addSpecial(values[i] as number);
        continue;
      }
      const bins = this.#windows[field >>> 6] ?? this.#openWindow(field >>> 6);
      const bin = (field & 63) << 1;
      const sign = 1 - 2 * (high >>> 31);
      const top = field === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
      bins[bin] = (bins[bin] as number) + sign * top;
      bins[bin + 1] = (bins[bin + 1] as number) + sign * low;
    }
  }

  /** Empties the bins into the total, from the highest exponent down, so that the integers stay short. */
  #flush(): void {
    if (this.#sinceFlush === 0) return;
    this.#sinceFlush = 0;
    let sum = 0n;
    let last = 2047;
    for (let field = 2046; field >= 0; field--) {
      const bins = this.#windows[field >>> 6];
      if (bins === undefined) {
        field &= ~63;
        continue;
      }
      const bin = (field & 63) << 1;
      const top = bins[bin] as number;
      const low = bins[bin + 1] as number;
      if (top === 0 && low === 0) continue;
      const exponent = Math.max(field, 1);
      sum = (sum << BigInt(last - exponent)) + (BigInt(top) << 32n) + BigInt(low);
      last = exponent;
      bins[bin] = bins[bin + 1] = 0;
    }
    if (sum !== 0n) this.#total = plus(this.#total, { mantissa: sum, exponent: last - 1075 });
    if (this.#singles !== undefined) {
      for (let bin = 0; bin < 512; bin++) {
        const value = this.#singles[bin] as number;
        if (value === 0) continue;
        this.#total = plus(this.#total, dyadic(value));
        this.#singles[bin] = 0;
      }
    }
  }
}

/** What rounding took from `product = a * b` (Dekker 1971): exact while nothing over- or underflows. */
export function productError(a: number, b: number, product: number): number {
  const aScaled = splitter * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = splitter * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function count(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OnwardError("data", { expected: "a count of at least 0", got: show(value) });
}
