import { isFiniteNumber } from "../json-checks.ts";
import { areMoments } from "../standardization.ts";

/**
 * How the pixels of an image file become a model's input, of shape [channels, crop, crop].
 *
 * The image is made upright, its shorter side resized to `resize` (antialiased bilinear), its centre cropped; then
 * `(value / 255 - mean[c]) / deviation[c]` for channel c: torchvision's Resize, CenterCrop, ToTensor and Normalize.
 * One channel is grey: `0.299 red + 0.587 green + 0.114 blue`.
 */
export interface ImagePreprocessing {
  readonly version: 1;
  readonly kind: "image";
  readonly resize: number;
  readonly crop: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The mean and deviation of ImageNet's pixels, which published weights expect. */
export const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** Whether an object from JSON is one. */
export function isImagePreprocessing(value: object): value is ImagePreprocessing {
  const { resize, crop, mean, deviation } = value as Record<string, unknown>;
  const sides = isFiniteNumber(resize) && isFiniteNumber(crop) && crop >= 1 && resize >= crop;
  return sides && areMoments(mean, deviation) && [1, 3].includes((mean as number[]).length);
}
