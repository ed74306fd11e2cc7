import { readFileSync } from "node:fs";
import type sharp from "sharp";
import type { Sharp } from "sharp";
import { OnwardError } from "../../core/index.ts";
import type { Pixels } from "./resample.ts";

/** An image's pixels, and how large it is in its file; the pixels may be a reduction of it. */
export interface DecodedImage {
  readonly pixels: Pixels;
  readonly width: number;
  readonly height: number;
}

/** Files up to this size are decoded whole: they are not worth a look at their header first. */
const smallFile = 2 ** 16;

/**
 * Decodes an image file to bytes of grey (1 channel) or red, green and blue (3 channels).
 *
 * It is turned upright by its EXIF orientation, and brought to sRGB from an embedded profile or CMYK; of an alpha channel only the
 * colours below it are kept, 16 bits become the higher 8, and of an animation comes the first picture.
 *
 * @param reduction - for the size of the upright image, the factor (1, 2, 4 or 8) by which it may be smaller: JPEGs decode faster then
 * @throws OnwardError `file` when the file cannot be read or is no whole image
 */
export async function decodeImage(
  path: string,
  reduction: (width: number, height: number) => number,
): Promise<DecodedImage> {
  const load = await loadSharp();
  const bytes = readImageFile(path);
  try {
    const image = load(bytes, { failOn: "error", autoOrient: true, sequentialRead: true }).removeAlpha().raw();
    if (bytes.length <= smallFile) {
      const pixels = await pixelsOf(image);
      return { pixels, width: pixels.width, height: pixels.height };
    }
    const { width, height } = (await load(bytes).metadata()).autoOrient;
    const factor = reduction(width, height);
    if (factor === 1) return { pixels: await pixelsOf(image), width, height };
    const size = [Math.floor(width / factor), Math.floor(height / factor)] as const;
    return { pixels: await pixelsOf(image.resize(...size, { fit: "fill", kernel: "linear" })), width, height };
  } catch (cause) {
    const advice = "put a whole one in its place, or leave out what is corrupt with skipCorrupt (--skip-corrupt)";
    throw new OnwardError("file", { expected: "a whole image", got: decoderReason(cause), where: path, advice, cause });
  }
}

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

function readImageFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : code === "EACCES" ? "no permission" : message;
    throw new OnwardError("file", { expected: "an image to read", got, where: path, cause });
  }
}

let loaded: Promise<typeof sharp> | undefined;

/** Loads sharp when the first image is read: whoever reads none needs none. */
function loadSharp(): Promise<typeof sharp> {
  loaded ??= import("sharp").then(
    ({ default: load }) => {
      // One thread an image: several are decoded at once. Files are read once an epoch, so none is worth keeping.
      load.concurrency(1);
      load.cache(false);
      return load;
    },
    (cause: unknown) => {
      throw new OnwardError("unsupported", {
        expected: 'the npm package "sharp", which decodes images',
        got: "none that loads on this platform",
        advice: "install it with: npm install sharp",
        cause,
      });
    },
  );
  return loaded;
}

/** The first line of the decoder's message, without its names for itself and for what it was given. */
export function decoderReason(cause: unknown): string {
  const [first = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  // Its threads share one list of errors, of which another may have taken this one.
  if (/^Unknown error/.test(first)) return "a file that is cut off or damaged";
  return first
    .replace(/^Input buffer (has|contains)/, "a file that $1")
    .replace(/Vips\w+: /g, "")
    .replace(/[.:]?\s*$/, "");
}
