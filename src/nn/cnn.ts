import { OnwardError, show } from "../core/index.ts";
import { integer } from "./arguments.ts";
import { conv2d } from "./conv2d.ts";
import { flatten } from "./flatten.ts";
import { linear } from "./linear.ts";
import { maxPool2d } from "./max-pool.ts";
import { relu } from "./relu.ts";
import { sequential, type Sequential } from "./sequential.ts";

/** Options of `cnn`. */
export interface CnnOptions {
  readonly channels: number;
  /** Height and width of an image; a multiple of 4. */
  readonly size: number;
  readonly classes: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Makes a small convolutional network for square images: twice a 3x3 convolution (to 32, then 64 channels), relu and 2x2
 * max pooling, then a hidden layer of 128 and the classes.
 *
 * Samples are [channels, size, size]. Its scores are logits.
 *
 * @throws OnwardError `usage` when a count is not a positive integer, or the size not a multiple of 4
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * const model = nn.cnn({ channels: 1, size: 28, classes: 10, seed: 7 }).toModel();
 * ```
 */
export function cnn({ channels, size, classes, seed = 0 }: CnnOptions): Sequential {
  integer("cnn", "channels", channels);
  integer("cnn", "classes", classes);
  if (integer("cnn", "size", size) % 4 !== 0) {
    throw new OnwardError("usage", { expected: "size to be a multiple of 4", got: show(size), where: "cnn" });
  }
  const layers = [
    conv2d(channels, 32, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    conv2d(32, 64, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(4 * size * size, 128),
    relu(),
    linear(128, classes),
  ];
  return sequential(layers, { seed, inputShape: [channels, size, size] });
}
