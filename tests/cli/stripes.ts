import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../src/core/index.ts";
import { idxBytes } from "../data/idx-bytes.ts";

/** Images of 8 x 8 pixels with noise: upright stripes, level stripes, or neither. Easy, and not trivial. */
function stripes(count: number, seed: number): { images: Buffer; labels: Buffer } {
  const random = new Random(seed, "stripes");
  const labels = Uint8Array.from({ length: count }, () => random.integer(3));
  const pixels = new Uint8Array(count * 64);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [i % 8, (i >> 3) % 8];
    const light = [x % 2 === 0, y % 2 === 0, random.integer(2) === 0][labels[i >> 6] as number];
    pixels[i] = (light === true ? 150 : 50) + random.integer(100);
  }
  return { images: idxBytes(8, [count, 8, 8], pixels), labels: idxBytes(8, [count], labels) };
}

/** Writes a folder with MNIST's file names: 500 train and 90 val images. */
export function writeStripes(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const [train, val] = [stripes(500, 1), stripes(90, 2)];
  writeFileSync(join(folder, "train-images-idx3-ubyte"), train.images);
  writeFileSync(join(folder, "train-labels-idx1-ubyte"), train.labels);
  writeFileSync(join(folder, "t10k-images-idx3-ubyte"), val.images);
  writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), val.labels);
}
