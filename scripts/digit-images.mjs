/**
 * Writes MNIST's digits as a folder of images: node scripts/digit-images.mjs FOLDER DIGITS COUNT, like images/low 0,1,2,3,4 400. Each digit
 * gets COUNT images in FOLDER/train, and a quarter of it in FOLDER/val and in FOLDER/test. Needs a build.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { mnist } from "../dist/data/index.js";

const [folder, digits, count] = process.argv.slice(2);
const wanted = new Set((digits ?? "").split(",").map(Number));
const each = Number(count);
const { train, val } = await mnist();

/** Writes the first images of each digit, after so many of them. */
async function write(source, part, number, after = 0) {
  const { scale, mean, deviation } = source.preprocessing;
  const seen = new Map();
  for (let i = 0; i < source.size; i++) {
    const digit = source.labels[i];
    const n = seen.get(digit) ?? 0;
    seen.set(digit, n + 1);
    if (!wanted.has(digit) || n < after || n >= after + number) continue;
    const { data } = source.read(Uint32Array.of(i)).inputs;
    const pixels = Buffer.from(data.map((value) => Math.round((value * deviation[0] + mean[0]) / scale)));
    mkdirSync(join(folder, part, String(digit)), { recursive: true });
    const image = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
    await image.png().toFile(join(folder, part, String(digit), `${n}.png`));
  }
}

await write(train, "train", each);
await write(val, "val", each / 4);
await write(val, "test", each / 4, each / 4);
