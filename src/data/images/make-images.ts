import { drawAugmentation, untouched, type Augmentation, type Box, type Draw } from "./augmentation.ts";
import { changeColors } from "./change-colors.ts";
import { decodeImage } from "./decode-image.ts";
import type { ImagePreprocessing } from "./image-preprocessing.ts";
import { resample, type Pixels } from "./resample.ts";
import { rotate } from "./rotate.ts";
import { bilinearTaps, type Stretch } from "./taps.ts";
import type { Variation } from "../source.ts";

/** Images to make into inputs, side by side in one array. */
export interface ImageTask {
  readonly paths: readonly string[];
  readonly preprocessing: ImagePreprocessing;
  /** How to vary them, with their numbers in the data set. */
  readonly varied?: {
    readonly augmentation: Augmentation;
    readonly variation: Variation;
    readonly samples: Uint32Array;
  };
  /** Memory to use again where it fits. */
  readonly memory?: ArrayBuffer | undefined;
}

/** Images that are decoded at once, so that the decoder's threads have work while this one has too. */
const atOnce = 4;

/**
 * Decodes, crops, varies and normalises images.
 *
 * @returns float32 values of shape [paths, channels, crop, crop]
 * @throws OnwardError `file` naming the first image that cannot be read
 */
export async function makeImages(task: ImageTask): Promise<Float32Array<ArrayBuffer>> {
  const { paths, preprocessing, memory } = task;
  const each = preprocessing.mean.length * preprocessing.crop ** 2;
  const bytes = paths.length * each * Float32Array.BYTES_PER_ELEMENT;
  const values = new Float32Array(memory?.byteLength === bytes ? memory : new ArrayBuffer(bytes));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const i = next++;
      await makeImage(task, i, values, i * each);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, paths.length) }, work));
  return values;
}

async function makeImage(
  { paths, preprocessing, varied }: ImageTask,
  i: number,
  values: Float32Array,
  at: number,
): Promise<void> {
  const drawFor = (width: number, height: number): Draw => {
    if (varied === undefined) return untouched;
    const { augmentation, variation, samples } = varied;
    return drawAugmentation(augmentation, variation, samples[i] as number, variation.repeats?.[i] ?? 0, width, height);
  };
  const { pixels, width, height } = await decodeImage(paths[i] as string, (w, h) =>
    reductionOf(viewOf(drawFor(w, h).box, w, h, preprocessing), preprocessing.crop),
  );
  const draw = drawFor(width, height);
  fill(pixels, viewOf(draw.box, width, height, preprocessing), width, height, draw, preprocessing, values, at);
}

/** Which part of an image becomes the input, and what resampling may look at. */
interface View {
  readonly part: Box;
  readonly visible: Box;
}

/** The drawn box; or torchvision's Resize and CenterCrop, as the part of the image that they leave. */
function viewOf(box: Box | undefined, width: number, height: number, { resize, crop }: ImagePreprocessing): View {
  if (box !== undefined) return { part: box, visible: box };
  const short = Math.min(width, height);
  const [across, down] = [width, height].map((side) => Math.floor((resize * side) / short)) as [number, number];
  const part = {
    left: (halfEven((across - crop) / 2) * width) / across,
    top: (halfEven((down - crop) / 2) * height) / down,
    width: (crop * width) / across,
    height: (crop * height) / down,
  };
  return { part, visible: { left: 0, top: 0, width, height } };
}

/** Rounds as Python does: a half goes to the even neighbour. */
function halfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** By how much an image may be reduced when decoded, so that twice the resolution that is needed remains. */
function reductionOf({ part }: View, crop: number): number {
  const scale = Math.min(part.width, part.height) / crop;
  return [8, 4, 2].find((factor) => scale >= 2 * factor) ?? 1;
}

function fill(
  pixels: Pixels,
  { part, visible }: View,
  width: number,
  height: number,
  { flip, angle, colors }: Draw,
  { crop, mean, deviation }: ImagePreprocessing,
  values: Float32Array,
  at: number,
): void {
  const stretch = (from: number, length: number, seenFrom: number, seenLength: number, ratio: number): Stretch => ({
    origin: from * ratio,
    scale: (length * ratio) / crop,
    low: Math.floor(seenFrom * ratio),
    high: Math.ceil((seenFrom + seenLength) * ratio),
  });
  const [x, y] = [pixels.width / width, pixels.height / height];
  const across = bilinearTaps(stretch(part.left, part.width, visible.left, visible.width, x), crop, flip);
  const down = bilinearTaps(stretch(part.top, part.height, visible.top, visible.height, y), crop);
  const channels = mean.length;
  const plane = crop * crop;
  // Without changes that need plain colours, normalising costs nothing on the way.
  const plain = angle !== 0 || colors.length > 0 || pixels.channels !== channels;
  const scales = mean.map((_, c) => 1 / 255 / (plain ? 1 : (deviation[c] as number)));
  const shifts = mean.map((center, c) => (plain ? 0 : -center / (deviation[c] as number)));
  if (pixels.channels === channels) resample(pixels, across, down, values, at, scales, shifts);
  else convert(pixels, across, down, values, at, plane);
  if (!plain) return;
  if (angle !== 0) rotate(values, at, crop, channels, angle);
  changeColors(values, at, plane, channels, colors);
  for (let c = 0; c < channels; c++) {
    const [center, spread] = [mean[c] as number, deviation[c] as number];
    for (let i = at + c * plane; i < at + (c + 1) * plane; i++) values[i] = ((values[i] as number) - center) / spread;
  }
}

/** Grey images get three equal channels, coloured ones a grey one. */
function convert(
  pixels: Pixels,
  across: Parameters<typeof resample>[1],
  down: Parameters<typeof resample>[2],
  values: Float32Array,
  at: number,
  plane: number,
): void {
  const ones = Array<number>(pixels.channels).fill(1 / 255);
  const zeros = Array<number>(pixels.channels).fill(0);
  if (pixels.channels === 1) {
    resample(pixels, across, down, values, at, ones, zeros);
    values.copyWithin(at + plane, at, at + plane);
    values.copyWithin(at + 2 * plane, at, at + plane);
    return;
  }
  const color = new Float32Array(3 * plane);
  resample(pixels, across, down, color, 0, ones, zeros);
  for (let i = 0; i < plane; i++) {
    const [red, green, blue] = [color[i], color[i + plane], color[i + 2 * plane]] as [number, number, number];
    values[at + i] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
}
