import { checkNumber, checkOptionNames, OnwardError, Random, show } from "../../core/index.ts";
import type { Variation } from "../source.ts";

/** How training varies images; what is absent is not done. The formulas and defaults are torchvision's. */
export interface Augmentation {
  /** RandomResizedCrop: the share of the area that is kept, and the crop's width over height; true for [0.08, 1] and [3/4, 4/3]. */
  readonly crop?: true | { readonly scale: readonly [number, number]; readonly ratio: readonly [number, number] };
  /** The probability of a horizontal flip; true for 1/2. */
  readonly flip?: true | number;
  /** Turns by up to so many degrees either way; what comes from outside is black. */
  readonly rotation?: number;
  /** ColorJitter: how far brightness, contrast and saturation may be from 1, and hue from 0 (at most 1/2). */
  readonly jitter?: {
    readonly brightness?: number;
    readonly contrast?: number;
    readonly saturation?: number;
    readonly hue?: number;
  };
}

/** A part of an image, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One change of colour, in the order in which they are done. */
export interface ColorChange {
  readonly kind: "brightness" | "contrast" | "saturation" | "hue";
  /** What to multiply by; for hue, what to add, in turns of the colour circle. */
  readonly by: number;
}

/** What is done to one image. */
export interface Draw {
  /** The part that is resized to the input; the centre, as in evaluation, if absent. */
  readonly box: Box | undefined;
  readonly flip: boolean;
  /** Degrees, counter-clockwise. */
  readonly angle: number;
  readonly colors: readonly ColorChange[];
}

/** What is done without augmentation. */
export const untouched: Draw = { box: undefined, flip: false, angle: 0, colors: [] };

/**
 * Checks an augmentation.
 *
 * @throws OnwardError `usage` naming what is wrong
 */
export function checkAugmentation(augmentation: Augmentation): void {
  const where = "augment";
  checkOptionNames(where, augmentation, ["crop", "flip", "rotation", "jitter"]);
  const { crop, flip, rotation, jitter = {} } = augmentation;
  if (crop !== undefined && crop !== true) {
    const { scale, ratio } = crop;
    const ordered = ([low, high]: readonly [number, number]) => low > 0 && low <= high && Number.isFinite(high);
    if (!ordered(scale) || scale[1] > 1 || !ordered(ratio)) {
      throw new OnwardError("usage", {
        expected: "crop to have a scale within (0, 1] and a ratio above 0, the lower bound first",
        got: show(JSON.stringify(crop)),
        where,
      });
    }
  }
  if (flip !== undefined && flip !== true) checkNumber(where, "flip", flip, { least: 0, most: 1 });
  if (rotation !== undefined) checkNumber(where, "rotation", rotation, { least: 0, most: 180 });
  checkOptionNames("augment.jitter", jitter, ["brightness", "contrast", "saturation", "hue"]);
  for (const [name, by] of Object.entries(jitter)) {
    checkNumber("augment.jitter", name, by, { least: 0, ...(name === "hue" && { most: 0.5 }) });
  }
}

/**
 * Draws what is done to an image of so many pixels: a pure function of the seed, the epoch, the sample's number and how often
 * it came before in the epoch. Each kind of change has numbers of its own, so that adding one does not shift the others.
 */
export function drawAugmentation(
  augmentation: Augmentation,
  { seed, epoch }: Variation,
  sample: number,
  repeat: number,
  width: number,
  height: number,
): Draw {
  const { crop, flip, rotation = 0, jitter } = augmentation;
  const random = (kind: string) => new Random(seed, `${kind}:${epoch}:${sample}:${repeat}`);
  return {
    box: crop && drawBox(random("crop"), crop === true ? standardCrop : crop, width, height),
    flip: flip !== undefined && random("flip").uniform() < (flip === true ? 0.5 : flip),
    angle: rotation === 0 ? 0 : random("rotation").uniform(-rotation, rotation),
    colors: jitter === undefined ? [] : drawColors(random("jitter"), jitter),
  };
}

const standardCrop = { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] } as const;

/** RandomResizedCrop.get_params: ten attempts, then the largest centred box of an allowed ratio. */
function drawBox(
  random: Random,
  { scale, ratio }: Exclude<NonNullable<Augmentation["crop"]>, true>,
  width: number,
  height: number,
): Box {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * random.uniform(...scale);
    const aspect = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const w = Math.round(Math.sqrt(area * aspect));
    const h = Math.round(Math.sqrt(area / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return { left: random.integer(width - w + 1), top: random.integer(height - h + 1), width: w, height: h };
  }
  const whole = width / height;
  const w = whole > ratio[1] ? Math.max(1, Math.round(height * ratio[1])) : width;
  const h = whole < ratio[0] ? Math.max(1, Math.round(width / ratio[0])) : height;
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

function drawColors(random: Random, jitter: NonNullable<Augmentation["jitter"]>): ColorChange[] {
  const kinds = ["brightness", "contrast", "saturation", "hue"] as const;
  const drawn = kinds.map((kind): ColorChange => {
    const most = jitter[kind] ?? 0;
    return { kind, by: kind === "hue" ? random.uniform(-most, most) : random.uniform(Math.max(0, 1 - most), 1 + most) };
  });
  const changes = Array.from(random.permutation(kinds.length), (i) => drawn[i] as ColorChange);
  return changes.filter(({ kind }) => (jitter[kind] ?? 0) > 0);
}
