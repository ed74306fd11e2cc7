import { join } from "node:path";
import { checkNumber, checkOptionNames, checkSeed, OnwardError, show } from "../../core/index.ts";
import type { TrainVal } from "../idx-folder.ts";
import { stratifiedSplit } from "../split.ts";
import { checkAugmentation, type Augmentation } from "./augmentation.ts";
import { findCorrupt } from "./image-crew.ts";
import { classFolders, imageFiles, type ImageFiles } from "./image-files.ts";
import { imagenet, type ImagePreprocessing } from "./image-preprocessing.ts";
import { imageSource, type ImageSource } from "./image-source.ts";

export interface ImageFolderOptions {
  /** The side of the inputs; 224 if absent. */
  readonly size?: number;
  /** What an image's shorter side is resized to before the centre is cropped; 8/7 of the size if absent. */
  readonly resize?: number;
  /** For each channel, of values from 0 to 1: ImageNet's if absent. One entry makes inputs grey. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
  /** How training varies the images; a random resized crop and flips if absent, false for nothing. */
  readonly augment?: Augmentation | false;
  /** The share of the images that becomes val where there is no val folder; 0.2 if absent. */
  readonly valFraction?: number;
  /** What that split follows from; 0 if absent. */
  readonly splitSeed?: number;
  /** Decodes every image first, and leaves out those that are corrupt; they are an error when read if absent. */
  readonly skipCorrupt?: boolean;
  /** The classes by index; the folders' names, sorted, if absent. */
  readonly classNames?: readonly string[];
  /** As a model file holds it, in the place of size, resize, mean and deviation. */
  readonly preprocessing?: ImagePreprocessing;
  /** What errors and run records call it; `images:` and the folder if absent. */
  readonly name?: string;
}

const optionNames = [
  ...["size", "resize", "mean", "deviation", "augment", "valFraction", "splitSeed", "skipCorrupt", "classNames"],
  ...["preprocessing", "name"],
];

/**
 * Makes sources from folders of images, one folder a class, as torchvision's ImageFolder reads them.
 *
 * `DIR/train/CLASS/*` and `DIR/val/CLASS/*` (and `DIR/test/CLASS/*`) are read as they are; where there is no `DIR/val`, `DIR/train`
 * or else `DIR/CLASS/*` is split by seed, with the same share of each class. The classes are those of train. Images are decoded by
 * sharp in other threads when they are read: upright by their EXIF orientation, colours as sRGB, without alpha, 16 bits as 8, grey
 * ones with three equal channels. Train images vary when a trainer reads them, as a function of its seed, the epoch and the image's
 * number; otherwise the shorter side is resized (antialiased bilinear) and the centre cropped. Then `(value / 255 - mean) / deviation`.
 *
 * @throws OnwardError `file` when a folder or its images are absent or no images, `data` for a class in val that train has not,
 * `usage` for options that do not fit
 *
 * @example
 * ```ts
 * import { imageFolder } from "onward/data";
 * const { train, val } = await imageFolder("flowers", { size: 32, augment: { crop: true, flip: true, rotation: 10 } });
 * train.classNames; // ["rose", "tulip"]
 * ```
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<TrainVal<ImageSource>> {
  checkOptionNames("imageFolder", options, optionNames);
  const { augment = { crop: true, flip: true }, name = `images:${folder}`, valFraction = 0.2, splitSeed = 0 } = options;
  if (augment !== false) checkAugmentation(augment);
  checkSeed(splitSeed);
  const preprocessing = options.preprocessing ?? preprocessingOf(options);
  const parts = await classFolders(folder);
  const isSplit = parts.includes("val");
  if (isSplit && options.valFraction !== undefined) {
    throw new OnwardError("usage", {
      expected: "a val fraction only where there is no folder val",
      got: show(valFraction),
      where: folder,
    });
  }
  if (isSplit && !parts.includes("train")) {
    throw new OnwardError("file", { expected: "a folder train beside val", got: "none", where: folder });
  }
  const whole = await imageFiles(parts.includes("train") ? join(folder, "train") : folder, options.classNames);
  const source = async (part: string, files: ImageFiles): Promise<ImageSource> => {
    const { kept, skipped } = options.skipCorrupt ? await withoutCorrupt(files) : { kept: files, skipped: [] };
    const augmentation = part === "train" && augment !== false ? augment : undefined;
    return imageSource(kept, { preprocessing, augmentation, skipped, name: `${name} (${part})` });
  };
  const other = async (part: string) => source(part, await imageFiles(join(folder, part), whole.classNames));
  const test = parts.includes("test") && parts.includes("train") ? { test: await other("test") } : {};
  if (isSplit) return { train: await source("train", whole), val: await other("val"), ...test };
  const split = stratifiedSplit(whole.labels, { fraction: valFraction, seed: splitSeed, name });
  return {
    train: await source("train", chosen(whole, split.train)),
    val: await source("val", chosen(whole, split.val)),
    ...test,
  };
}

function preprocessingOf({ size = 224, resize, mean, deviation }: ImageFolderOptions): ImagePreprocessing {
  const where = "imageFolder";
  checkNumber(where, "size", size, { least: 1, most: 4096 });
  const shorter = checkNumber(where, "resize", resize ?? Math.round((size * 8) / 7), { least: size, most: 8192 });
  if (!Number.isInteger(size) || !Number.isInteger(shorter)) {
    throw new OnwardError("usage", { expected: "size and resize to be integers", got: `${size}, ${shorter}`, where });
  }
  const means = mean ?? imagenet.mean;
  const deviations = deviation ?? (means.length === 3 ? imagenet.deviation : []);
  const fits = (means.length === 1 || means.length === 3) && means.length === deviations.length;
  if (!fits || !means.every(Number.isFinite) || !deviations.every((value) => value > 0 && Number.isFinite(value))) {
    throw new OnwardError("usage", {
      expected: "mean and deviation of 1 or 3 channels, the deviation above 0",
      got: `${show([...means])} and ${show([...deviations])}`,
      where,
    });
  }
  return { version: 1, kind: "image", resize: shorter, crop: size, mean: [...means], deviation: [...deviations] };
}

function chosen({ classNames, paths, labels }: ImageFiles, samples: Uint32Array): ImageFiles {
  return {
    classNames,
    paths: Array.from(samples, (i) => paths[i] as string),
    labels: Int32Array.from(samples, (i) => labels[i] as number),
  };
}

async function withoutCorrupt(files: ImageFiles): Promise<{ kept: ImageFiles; skipped: string[] }> {
  const corrupt = new Set(await findCorrupt(files.paths));
  const whole = Uint32Array.from(files.paths.keys()).filter((i) => !corrupt.has(i));
  if (whole.length === 0) {
    const where = files.paths[0] ?? "";
    throw new OnwardError("file", { expected: "at least one image that can be decoded", got: "none", where });
  }
  return { kept: chosen(files, whole), skipped: [...corrupt].map((i) => files.paths[i] as string) };
}
