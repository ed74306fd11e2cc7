import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { OnwardError } from "../core/index.ts";

/**
 * Makes sure that a compressed text is all there: DuckDB takes what it finds of one that is cut off, and rows would be missing
 * without a word. A .gz is unpacked for it, as nothing less tells, and its check sums are held to what they should be; the
 * blocks of a .zst are walked over by their lengths.
 *
 * @throws OnwardError `file` when the file is cut off or damaged
 */
export async function checkWhole(path: string): Promise<void> {
  if (/\.gz$/i.test(path)) await checkGzip(path);
  else if (/\.zst$/i.test(path)) await checkZstandard(path);
}

/** What zlib says, in plain words. */
const gzipFaults: Readonly<Record<string, string>> = {
  "unexpected end of file": "one that is cut off",
  "incorrect header check": "something else",
  "incorrect data check": "one that was changed",
};

async function checkGzip(path: string): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip({ chunkSize: 2 ** 18 }), nowhere);
  } catch (cause) {
    const { message } = cause as Error;
    throw damaged("gzip", gzipFaults[message] ?? message, path, cause);
  }
}

const frameMagic = 0xfd2fb528;
/** Frames to be skipped have one of 16 such numbers. */
const skippedMagic = 0x184d2a50;

/** Source: RFC 8878, 3.1: frames of blocks, each with its length before it. */
async function checkZstandard(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let at = 0;
    while (at < size) at = await frameEnd(file, at, path);
    if (at > size) throw damaged("Zstandard", "one that is cut off", path);
  } finally {
    await file.close();
  }
}

async function frameEnd(file: FileHandle, start: number, path: string): Promise<number> {
  const bytes = async (at: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw damaged("Zstandard", "one that is cut off", path);
    return buffer;
  };
  const magic = (await bytes(start, 4)).readUInt32LE();
  if ((magic & ~15) >>> 0 === skippedMagic) return start + 8 + (await bytes(start + 4, 4)).readUInt32LE();
  if (magic !== frameMagic) throw damaged("Zstandard", "something else", path);
  const descriptor = (await bytes(start + 4, 1)).readUInt8();
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const content = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  let at = start + 5 + (1 - single) + dictionary + content;
  for (let last = 0; last === 0;) {
    const header = (await bytes(at, 3)).readUIntLE(0, 3);
    last = header & 1;
    const kind = (header >> 1) & 3;
    if (kind === 3) throw damaged("Zstandard", "a block of no kind", path);
    // A run of one byte is kept as that byte.
    at += 3 + (kind === 1 ? 1 : header >> 3);
  }
  return at + ((descriptor >> 2) & 1) * 4;
}

function damaged(format: string, got: string, where: string, cause?: unknown): OnwardError {
  return new OnwardError("file", { expected: `a whole ${format} file`, got, where, cause });
}
