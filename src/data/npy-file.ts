import { open } from "node:fs/promises";
import { endianness } from "node:os";
import { elementCount, OnwardError, show } from "../core/index.ts";
import type { NumericArray } from "./elements.ts";

/** What an NPY file holds: numbers with a shape. */
export interface NpyFile {
  readonly values: NumericArray;
  readonly dims: readonly number[];
}

type Elements = { new (buffer: ArrayBuffer): NumericArray; readonly BYTES_PER_ELEMENT: number };

/** Element types by NumPy's kind and size. Booleans become bytes. */
const elementTypes: Readonly<Record<string, Elements>> = {
  b1: Uint8Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** The longest header that is believed. */
const longestHeader = 2 ** 16;

/**
 * Reads an NPY file, as `numpy.save` writes it: versions 1 to 3, booleans, integers and floats of either byte order.
 *
 * The size that the header claims is checked against the file's before memory is taken (NumPy, "The .npy format").
 *
 * @throws OnwardError `file` when it is absent, no NPY file, truncated, longer than its header says, in Fortran order, or of elements
 * that are no plain numbers
 */
export async function readNpy(path: string): Promise<NpyFile> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new OnwardError("file", { expected: "an NPY file to read", got, where: path, cause });
  });
  try {
    const fail = (expected: string, got: string, advice?: string): never => {
      throw new OnwardError("file", { expected, got, where: path, ...(advice !== undefined && { advice }) });
    };
    const { size } = await handle.stat();
    const read = async (length: number, position: number): Promise<Buffer<ArrayBuffer>> => {
      const bytes = Buffer.from(new ArrayBuffer(length));
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
        if (bytesRead === 0) fail(`${length} bytes at ${position}`, "the end of the file");
        filled += bytesRead;
      }
      return bytes;
    };
    const start = size < 12 ? Buffer.alloc(12) : await read(12, 0);
    const version = start[6] as number;
    if (start.toString("latin1", 0, 6) !== "\x93NUMPY" || version < 1 || version > 3) {
      return fail("an NPY file of version 1 to 3", `bytes ${start.toString("hex", 0, 8)}`);
    }
    const [from, length] = version === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
    if (length > longestHeader || from + length > size) fail("a whole header", `a claim of ${length} bytes`);
    const header = (await read(length, from)).toString("latin1");
    const { descr, fortran, dims } =
      parseHeader(header) ?? fail("a header with descr, fortran_order and shape", show(header));
    const Values = elementTypes[descr.slice(1)] ?? fail("elements that are plain numbers", show(descr));
    if (fortran && dims.length > 1)
      fail("rows one after another", "Fortran order", "save numpy.ascontiguousarray of it");
    const bytes = elementCount(dims) * Values.BYTES_PER_ELEMENT;
    if (bytes !== size - from - length) {
      fail(`${bytes} bytes of elements, as its header says (shape ${show(dims)})`, String(size - from - length));
    }
    const elements = await read(bytes, from + length);
    if (descr.startsWith(endianness() === "LE" ? ">" : "<")) swap(elements, Values.BYTES_PER_ELEMENT);
    return { values: new Values(elements.buffer), dims };
  } finally {
    await handle.close();
  }
}

/** A header is a Python literal, always written in one form. */
function parseHeader(text: string): { descr: string; fortran: boolean; dims: number[] } | undefined {
  const descr = /'descr': '([<>|=][a-zA-Z]\d+)'/.exec(text)?.[1];
  const fortran = /'fortran_order': (True|False)/.exec(text)?.[1];
  const shape = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) return undefined;
  const dims = shape
    .split(",")
    .filter((dim) => dim.trim() !== "")
    .map(Number);
  return { descr, fortran: fortran === "True", dims };
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}
