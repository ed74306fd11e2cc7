import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { idxBytes } from "../../tests/data/idx-bytes.ts";
import type { Tensor } from "../core/index.ts";
import { idxFolder } from "./idx-folder.ts";
import { idx } from "./idx.ts";

const root = mkdtempSync(join(tmpdir(), "onward-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

const images = (count: number, factor = 1): Buffer =>
  idxBytes(
    8,
    [count, 2, 2],
    Uint8Array.from({ length: count * 4 }, (_, i) => (i * 51 * factor) % 256),
  );
const labels = (...values: number[]): Buffer => idxBytes(8, [values.length], Uint8Array.from(values));
const mnistNames = {
  "train-images-idx3-ubyte": images(3),
  "train-labels-idx1-ubyte": labels(0, 2, 1),
  "t10k-images-idx3-ubyte": images(2, 3),
  "t10k-labels-idx1-ubyte": labels(1, 0),
};

let folders = 0;
function folder(files: Record<string, Uint8Array>): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
  return path;
}

describe("a folder with MNIST's names", () => {
  test("gives train and val, standardised by train's pixels, and train's classes", async () => {
    const path = folder(mnistNames);
    const { train, val } = await idxFolder(path);
    expect([train.size, val.size, train.sampleShape]).toEqual([3, 2, [1, 2, 2]]);
    expect([train.name, val.name]).toEqual([`idx:${path} (train)`, `idx:${path} (val)`]);
    expect([train.classNames, val.classNames]).toEqual([
      ["0", "1", "2"],
      ["0", "1", "2"],
    ]);
    expect(val.preprocessing).toEqual(train.preprocessing);
    const [mean, deviation] = [train.preprocessing.mean[0]!, train.preprocessing.deviation[0]!];
    const { inputs } = await val.read(Uint32Array.of(0));
    const expected = [0, 153, 50, 203].map((byte) => Math.fround((byte * (1 / 255) - mean) / deviation));
    expect([...((inputs as Tensor).data as Float32Array)]).toEqual(expected);
  });

  test("reads names with dots, compressed files, and prefers the plain one of two", async () => {
    const path = folder({
      "train-images.idx3-ubyte": images(3),
      "train-images.idx3-ubyte.gz": Buffer.from("never read"),
      "train-labels.idx1-ubyte.gz": gzipSync(labels(0, 2, 1)),
      "t10k-images-idx3-ubyte.gz": gzipSync(images(2)),
      "t10k-labels-idx1-ubyte": labels(1, 0),
    });
    const { train, val } = await idxFolder(path, { name: "toy" });
    expect([train.name, train.size, val.size]).toEqual(["toy (train)", 3, 2]);
  });

  test("says what is missing or does not fit", async () => {
    const absent = join(root, "absent");
    await expect(idxFolder(absent)).rejects.toThrow(
      `Expected a folder with IDX files, got none that can be read (${absent}).`,
    );
    await expect(idxFolder(folder({}))).rejects.toThrow(
      "Expected a file named train-images-idx3-ubyte, or the same with .gz",
    );
    const unknown = folder({ ...mnistNames, "t10k-labels-idx1-ubyte": labels(1, 3) });
    await expect(idxFolder(unknown)).rejects.toThrow("Expected label to be in [0, 3), got 3 ");
    const counts = folder({ ...mnistNames, "train-labels-idx1-ubyte": labels(1, 0) });
    await expect(idxFolder(counts)).rejects.toThrow(
      "Expected as many labels as samples, 3 of the inputs, got 2 labels",
    );
    const empty = folder({ ...mnistNames, "train-images-idx3-ubyte": images(0), "train-labels-idx1-ubyte": labels() });
    await expect(idxFolder(empty)).rejects.toThrow("Expected at least one sample in ");
    const other = folder({
      ...mnistNames,
      "t10k-images-idx3-ubyte": idxBytes(8, [2, 1, 2], Uint8Array.of(1, 2, 3, 4)),
    });
    await expect(idxFolder(other)).rejects.toThrow("Expected val samples of train's shape [1,2,2], got [1,1,2]");
  });
});

describe("a pair of files", () => {
  const pair = (imageBytes: Uint8Array, labelBytes: Uint8Array): [string, string] => {
    const path = folder({ images: imageBytes, labels: labelBytes });
    return [join(path, "images"), join(path, "labels")];
  };

  test("keeps the channels of [N, C, H, W] apart, and flat features flat", async () => {
    const color = await idx(...pair(idxBytes(8, [2, 3, 1, 1], Uint8Array.of(0, 9, 5, 255, 9, 7)), labels(0, 1)));
    expect([color.sampleShape, color.preprocessing?.mean.length]).toEqual([[3, 1, 1], 3]);
    expect([color.preprocessing?.mean[0], color.preprocessing?.deviation]).toEqual([0.5, [0.5, 1, 1 / 255]]);
    const flat = await idx(...pair(idxBytes(8, [2, 3], Uint8Array.of(0, 9, 5, 255, 9, 7)), labels(0, 1)));
    expect([flat.sampleShape, flat.preprocessing?.mean.length]).toEqual([[3], 1]);
  });

  test("refuses NaN, float labels, huge labels and images without pixels", async () => {
    const floats = new Uint8Array(new Float32Array([NaN, NaN]).buffer);
    const nan = idxBytes(
      0x0d,
      [2, 1],
      floats.map((byte) => (byte === 0 ? 0xff : 0x7f)),
    );
    await expect(idx(...pair(nan, labels(0, 1)))).rejects.toThrow(/^Expected numbers, got NaN \(.*images, row 0\)\.$/);
    const floatLabels = idxBytes(0x0d, [2], new Uint8Array(8));
    await expect(idx(...pair(images(2), floatLabels))).rejects.toThrow(
      "Expected a list of integer labels, got Float32Array",
    );
    const hugeLabels = idxBytes(0x0c, [2], Uint8Array.of(0, 0, 0, 1, 0x7f, 0, 0, 0));
    await expect(idx(...pair(images(2), hugeLabels))).rejects.toThrow(
      "Expected label to be in [0, 65536), got 2130706432",
    );
    await expect(idx(...pair(labels(1, 2), labels(1, 2)))).rejects.toThrow(
      "Expected images with a dimension that counts",
    );
  });
});
