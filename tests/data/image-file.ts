import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import sharp from "sharp";

/** The pixels that the fixture script makes by the same formula: red, green and blue side by side. */
export function pixelsOf(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return (x * 11 + y * 7 + c * 53 + Math.floor((x * y * (c + 1)) / 5)) % 256;
  });
}

/** Writes these pixels as an image file, whose ending says the format. */
export async function writeImage(path: string, width = 12, height = 10): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixelsOf(width, height), { raw: { width, height, channels: 3 } }).toFile(path);
}
