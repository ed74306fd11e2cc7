import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { idxBytes } from "../../tests/data/idx-bytes.ts";
import { OnwardError } from "../core/index.ts";
import { readIdx } from "./idx-file.ts";

const folder = mkdtempSync(join(tmpdir(), "onward-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array, name = "file"): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function failure(bytes: Uint8Array): Promise<string> {
  const error: unknown = await readIdx(file(bytes)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OnwardError);
  return (error as OnwardError).message.replace(folder, "DIR");
}

describe("every element type, big-endian", () => {
  test.each([
    [0x08, Uint8Array, 1, (view: DataView, at: number, value: number) => view.setUint8(at, value), [0, 7, 255]],
    [0x09, Int8Array, 1, (view: DataView, at: number, value: number) => view.setInt8(at, value), [-128, 0, 127]],
    [
      0x0b,
      Int16Array,
      2,
      (view: DataView, at: number, value: number) => view.setInt16(at, value),
      [-32768, 258, 32767],
    ],
    [
      0x0c,
      Int32Array,
      4,
      (view: DataView, at: number, value: number) => view.setInt32(at, value),
      [-(2 ** 31), 66051, 1],
    ],
    [
      0x0d,
      Float32Array,
      4,
      (view: DataView, at: number, value: number) => view.setFloat32(at, value),
      [0.5, -1.25, 3e8],
    ],
    [
      0x0e,
      Float64Array,
      8,
      (view: DataView, at: number, value: number) => view.setFloat64(at, value),
      [0.1, -1e300, 5],
    ],
  ] as const)("code %i", async (code, Values, width, set, numbers) => {
    const elements = new Uint8Array(numbers.length * width);
    numbers.forEach((number, i) => set(new DataView(elements.buffer), i * width, number));
    const { values, dims } = await readIdx(file(idxBytes(code, [1, 3], elements)));
    expect(values).toBeInstanceOf(Values);
    expect([dims, [...values]]).toEqual([[1, 3], [...numbers]]);
  });
});

test("any rank, plain and gzip alike", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
      fc.boolean(),
      async (dims, compressed) => {
        const elements = Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i % 256);
        const bytes = idxBytes(8, dims, elements);
        const read = await readIdx(file(compressed ? gzipSync(bytes) : bytes, "any"));
        expect([read.dims, [...read.values]]).toEqual([dims, [...elements]]);
      },
    ),
    { numRuns: 50 },
  );
});

test("a file longer than the pieces it is read in", async () => {
  const elements = Uint8Array.from({ length: 3 * 2 ** 20 + 5 }, (_, i) => (i * 31) % 251);
  const bytes = idxBytes(8, [elements.length], elements);
  expect(Buffer.compare((await readIdx(file(bytes, "long"))).values as Uint8Array, elements)).toBe(0);
  expect(Buffer.compare((await readIdx(file(gzipSync(bytes), "long.gz"))).values as Uint8Array, elements)).toBe(0);
});

describe("one sentence for", () => {
  const good = idxBytes(8, [2, 2], Uint8Array.of(1, 2, 3, 4));

  test("every truncation of a good file", async () => {
    for (let length = 0; length < good.length; length++) {
      const message = await failure(good.subarray(0, length));
      expect(message).toMatch(/^Expected .*(header|elements).*\(DIR\/file\)\.$/);
      expect(await failure(gzipSync(good.subarray(0, length)))).toMatch(
        /^Expected .*(header|elements).*\(DIR\/file\)\.$/,
      );
    }
    expect(await failure(good.subarray(0, 14))).toBe(
      "Expected 4 bytes of elements, as its header says (shape [2, 2]), got 2 (DIR/file).",
    );
  });

  test("bytes after the end", async () => {
    const longer = Buffer.concat([good, Buffer.of(0)]);
    expect(await failure(longer)).toContain("Expected 4 bytes of elements, as its header says (shape [2, 2]), got 5");
    expect(await failure(gzipSync(longer))).toBe("Expected 4 bytes of elements after the header, got more (DIR/file).");
  });

  test("a truncated or damaged gzip file", async () => {
    const zipped = gzipSync(
      idxBytes(
        8,
        [500],
        Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) % 256),
      ),
    );
    expect(await failure(zipped.subarray(0, 200))).toBe(
      "Expected a readable IDX file, got a truncated gzip file (DIR/file).",
    );
    zipped.fill(0xff, 30, 60);
    expect(await failure(zipped)).toMatch(/^Expected .*(damaged gzip file|bytes of elements).*\(DIR\/file\)\.$/);
  });

  test("a header that claims more than there is, before memory is taken", async () => {
    const huge = idxBytes(0x0e, [2 ** 32 - 1, 2 ** 32 - 1], new Uint8Array(0));
    expect(await failure(huge)).toContain(
      "bytes of elements, as its header says (shape [4294967295, 4294967295]), got 0",
    );
    expect(await failure(gzipSync(huge))).toContain("got a compressed file too short for them");
    const deep = idxBytes(8, Array<number>(255).fill(2 ** 32 - 1), new Uint8Array(0));
    expect(await failure(deep)).toContain("Infinity bytes of elements");
  });

  test("other formats", async () => {
    expect(await failure(Buffer.from("PNG and so on"))).toBe(
      "Expected an IDX file (two zero bytes and an element type), got bytes 504e4720 (DIR/file).",
    );
    expect(await failure(Buffer.of(0, 0, 0x0a, 1, 0, 0, 0, 0))).toContain("got bytes 00000a01");
  });

  test("no file, and a folder", async () => {
    await expect(readIdx(join(folder, "absent"))).rejects.toThrow(
      /^Expected a readable IDX file, got no such file \(.*absent\)\.$/,
    );
    await expect(readIdx(folder)).rejects.toThrow(OnwardError);
  });
});
