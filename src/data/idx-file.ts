import { createReadStream, type ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { endianness } from "node:os";
import { createGunzip, type Gunzip } from "node:zlib";
import { OnwardError, show } from "../core/index.ts";

/** What an IDX file holds: numbers with a shape. */
export interface IdxFile {
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  readonly dims: readonly number[];
}

/** Element types by the third byte of the file. */
const elementTypes: Readonly<
  Record<number, { new (buffer: ArrayBuffer): IdxFile["values"]; BYTES_PER_ELEMENT: number }>
> = {
  0x08: Uint8Array,
  0x09: Int8Array,
  0x0b: Int16Array,
  0x0c: Int32Array,
  0x0d: Float32Array,
  0x0e: Float64Array,
};

/** Deflate cannot make more bytes out of one: a longer claim is false, and no memory is taken for it. */
const deflateLimit = 1032;

/**
 * Reads an IDX file, gzip-compressed or not.
 *
 * The format (LeCun, "The MNIST database"): two zero bytes, the element type, the number of dimensions, each dimension
 * as a big-endian 32-bit integer, then the elements, big-endian, row-major. All types and ranks are read. The size that the
 * header claims is checked against the file's before memory is taken.
 *
 * @throws OnwardError `file` when the file is absent, not IDX, truncated, or longer than its header says
 *
 * @example
 * ```ts
 * import { readIdx } from "onward/data";
 * const { values, dims } = await readIdx("fashion-mnist/train-images-idx3-ubyte"); // Uint8Array, [60000, 28, 28]
 * ```
 */
export async function readIdx(path: string): Promise<IdxFile> {
  try {
    const { size, gzip } = await look(path);
    const reader = new Reader(path, gzip ? size * deflateLimit : size, gzip);
    const file = createReadStream(path, { highWaterMark: 2 ** 20 });
    try {
      for await (const chunk of gzip ? unzipped(file) : file) reader.take(chunk as Uint8Array);
    } finally {
      file.destroy();
    }
    return reader.finish();
  } catch (cause) {
    if (cause instanceof OnwardError) throw cause;
    throw new OnwardError("file", { expected: "a readable IDX file", got: reason(cause), where: path, cause });
  }
}

function unzipped(file: ReadStream): Gunzip {
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function look(path: string): Promise<{ size: number; gzip: boolean }> {
  const handle = await open(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      throw new OnwardError("file", { expected: "an IDX file", got: "no regular file", where: path });
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return { size: stats.size, gzip: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
  } finally {
    await handle.close();
  }
}

/** Takes the bytes of a file as they come: first the header, then the elements into memory of the right size. */
class Reader {
  readonly #path: string;
  readonly #limit: number;
  readonly #compressed: boolean;
  #header = Buffer.alloc(0);
  #shape: { readonly code: number; readonly dims: readonly number[] } | undefined;
  #elements = new Uint8Array(0);
  #filled = 0;

  constructor(path: string, limit: number, compressed: boolean) {
    this.#path = path;
    this.#limit = limit;
    this.#compressed = compressed;
  }

  take(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#shape === undefined) {
      this.#header = Buffer.concat([this.#header, bytes]);
      const length = this.#readHeader();
      if (length === undefined) return;
      bytes = this.#header.subarray(length);
    }
    const excess = this.#filled + bytes.length - this.#elements.length;
    if (excess > 0) this.#fail(`${this.#elements.length} bytes of elements after the header`, "more");
    this.#elements.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  finish(): IdxFile {
    if (this.#shape === undefined) return this.#fail("a whole IDX header", `a file of ${this.#header.length} bytes`);
    if (this.#filled < this.#elements.length) {
      return this.#fail(
        `${this.#elements.length} bytes of elements after the header`,
        `${this.#filled}: it is truncated`,
      );
    }
    const Elements = elementTypes[this.#shape.code] as (typeof elementTypes)[number];
    if (endianness() === "LE") swap(this.#elements, Elements.BYTES_PER_ELEMENT);
    return { values: new Elements(this.#elements.buffer), dims: this.#shape.dims };
  }

  /** The header's length in bytes once it is whole; memory for the elements is taken then. */
  #readHeader(): number | undefined {
    const header = this.#header;
    if (header.length < 4) return undefined;
    const code = header[2] as number;
    const type = elementTypes[code];
    if (header[0] !== 0 || header[1] !== 0 || type === undefined) {
      return this.#fail("an IDX file (two zero bytes and an element type)", `bytes ${header.toString("hex", 0, 4)}`);
    }
    const length = 4 + 4 * (header[3] as number);
    if (header.length < length) return undefined;
    const dims = Array.from({ length: header[3] as number }, (_, i) => header.readUInt32BE(4 + 4 * i));
    const bytes = dims.reduce((product, dim) => product * dim, type.BYTES_PER_ELEMENT);
    const room = this.#limit - length;
    if (this.#compressed ? bytes > room : bytes !== room) {
      const claim = `${bytes} bytes of elements, as its header says (shape ${show(dims)})`;
      this.#fail(claim, this.#compressed ? "a compressed file too short for them" : `${room}`);
    }
    this.#shape = { code, dims };
    this.#elements = new Uint8Array(new ArrayBuffer(bytes));
    return length;
  }

  #fail(expected: string, got: string): never {
    throw new OnwardError("file", { expected, got, where: this.#path });
  }
}

function swap(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file";
  if (code === "Z_BUF_ERROR") return "a truncated gzip file";
  if (code?.startsWith("Z_") === true) return `a damaged gzip file: ${message}`;
  return message;
}
