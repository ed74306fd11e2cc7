import { kernelCode } from "./kernel-code.ts";

/** The functions of kernels/images/, which says what they do. What is an address is in their memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  resample(
    pixels: number,
    stride: number,
    top: number,
    from: number,
    to: number,
    row: number,
    downStarts: number,
    downWeights: number,
    downTaps: number,
    rows: number,
    acrossStarts: number,
    acrossWeights: number,
    acrossTaps: number,
    columns: number,
    channels: number,
    factors: number,
    planes: number,
    plane: number,
  ): void;
}

const pageBytes = 65_536;
/** Kernels work on vectors, and may so touch what is behind that which they are given. */
const slack = 64;

/** The kernels of one thread for images, and the memory in which they work. */
export class ImageKernels {
  readonly exports = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(kernelCode, "base64")))
    .exports as unknown as Exports;
  #top = 0;

  /** Takes back all that was given out. */
  clear(): void {
    this.#top = 0;
  }

  /** Gives out some bytes; what is in them is left from before. */
  room(bytes: number): number {
    const address = this.#top;
    this.#top += Math.ceil((bytes + slack) / slack) * slack;
    const { memory } = this.exports;
    const missing = Math.ceil(this.#top / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    return address;
  }

  /** Copies an array into memory, with room for so many bytes. */
  put({ buffer, byteOffset, byteLength }: ArrayBufferView, bytes = byteLength): number {
    const address = this.room(bytes);
    new Uint8Array(this.exports.memory.buffer, address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  }

  /** The numbers at an address, until more is given out. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, address, length);
  }
}
