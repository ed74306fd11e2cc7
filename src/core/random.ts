import { OnwardError, show } from "./errors.ts";

/** A generator's position: four unsigned 32-bit integers, safe to write as JSON. */
export type RandomState = readonly [number, number, number, number];

/**
 * Draws reproducible pseudo-random numbers from a seed and a stream name.
 *
 * The generator is sfc32 (Doty-Humphrey, PractRand): 128 bits of state, one of them a counter, so no cycle is shorter
 * than 2^32 draws. The seed and the name are mixed by MurmurHash3's finaliser; distinct names give unrelated streams, so
 * that adding a draw in one place never shifts another's. The state can be saved and restored.
 *
 * @example
 * ```ts
 * import { Random } from "onward/core";
 * const random = new Random(7, "shuffle");
 * const saved = random.state;
 * const first = random.uniform();
 * random.state = saved;
 * random.uniform() === first; // true
 * ```
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spareNormal: number | undefined;

  /**
   * @param seed - a safe integer, at least 0
   * @param stream - what the numbers are for
   * @throws OnwardError `usage` when the seed is not such an integer
   */
  constructor(seed: number, stream: string) {
    checkSeed(seed);
    this.#a = hash32(seed >>> 0, 0x9e3779b9);
    this.#b = hash32(Math.floor(seed / 2 ** 32), this.#a);
    this.#c = hashText(stream, this.#b);
    this.#counter = 1;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** The next 32 random bits, as an unsigned integer. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** Uniform in [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
    return low + (high - low) * unit;
  }

  /** Normal with the given mean and standard deviation (Box-Muller; two draws make two numbers). */
  normal(mean = 0, deviation = 1): number {
    let standard = this.#spareNormal;
    if (standard === undefined) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      standard = radius * Math.cos(angle);
      this.#spareNormal = radius * Math.sin(angle);
    } else {
      this.#spareNormal = undefined;
    }
    return mean + deviation * standard;
  }

  /** A uniform integer in [0, bound), without modulo bias (rejection). `bound` is at most 2^32. */
  integer(bound: number): number {
    let bits = this.bits();
    // Nearly all bits are below any limit there can be: its remainder is then not worked out.
    if (bits >= 2 ** 32 - bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound);
      while (bits >= limit) bits = this.bits();
    }
    return bits % bound;
  }

  /** A uniform permutation of 0 .. length - 1 (Fisher-Yates). */
  permutation(length: number): Uint32Array {
    const order = new Uint32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swapped;
    }
    return order;
  }

  /** The position of the generator. Setting it drops a normal deviate that was held back. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#counter >>> 0];
  }

  set state([a, b, c, counter]: RandomState) {
    [this.#a, this.#b, this.#c, this.#counter] = [a | 0, b | 0, c | 0, counter | 0];
    this.#spareNormal = undefined;
  }
}

/**
 * Checks a seed.
 *
 * @throws OnwardError `usage` when it is not a safe integer of at least 0
 */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new OnwardError("usage", { expected: "seed to be an integer from 0 to 2^53 - 1", got: show(seed) });
  }
}

/** Mixes a 32-bit value into a 32-bit hash (MurmurHash3's finaliser); both are read as unsigned. */
export function hash32(value: number, hash: number): number {
  let h = (value ^ hash) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes a text to 32 bits, starting from `hash`. */
export function hashText(text: string, hash: number): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = hash32(text.charCodeAt(i), (h + 0x9e3779b9) >>> 0);
  return h;
}
