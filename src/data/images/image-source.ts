import { OnwardError, Tensor } from "../../core/index.ts";
import { isBare, type Batch, type Source } from "../source.ts";
import type { Augmentation } from "./augmentation.ts";
import { crewSize, makeElsewhere } from "./image-crew.ts";
import type { ImageFiles } from "./image-files.ts";
import type { ImagePreprocessing } from "./image-preprocessing.ts";

/** A source of image files, decoded when they are read. */
export interface ImageSource extends Source {
  readonly preprocessing: ImagePreprocessing;
  /** The file of each sample. */
  readonly paths: readonly string[];
  /** Images that were left out because they are corrupt. */
  readonly skipped: readonly string[];
}

/** What a source of images is made of. */
export interface ImageSourceOptions {
  readonly preprocessing: ImagePreprocessing;
  readonly augmentation: Augmentation | undefined;
  readonly name: string;
  readonly skipped: readonly string[];
}

/** Makes a source of image files. Batches are made in other threads, and their memory is used again. */
export function imageSource({ classNames, paths, labels }: ImageFiles, options: ImageSourceOptions): ImageSource {
  const { preprocessing, augmentation, name, skipped } = options;
  const sampleShape = [preprocessing.mean.length, preprocessing.crop, preprocessing.crop];
  return {
    size: paths.length,
    sampleShape,
    classNames,
    labels,
    preprocessing,
    name,
    paths,
    skipped,
    // One for each thread to work on, and one that is ready.
    ahead: crewSize + 1,
    read: async (indices, spent, variation) => {
      const outside = indices.find((index) => index >= paths.length);
      if (outside !== undefined) {
        const expected = `sample numbers in [0, ${paths.length})`;
        throw new OnwardError("data", { expected, got: String(outside), where: name });
      }
      const values = await makeElsewhere({
        paths: Array.from(indices, (index) => paths[index] as string),
        preprocessing,
        memory: memoryOf(spent),
        ...(augmentation && variation && { varied: { augmentation, variation, samples: indices.slice() } }),
      });
      return {
        inputs: new Tensor("float32", values, [indices.length, ...sampleShape]),
        labels: new Tensor(
          "int64",
          BigInt64Array.from(indices, (index) => BigInt(labels[index] as number)),
          [indices.length],
        ),
      };
    },
  };
}

/** The memory of a batch that has it to itself: only that can go to another thread. */
function memoryOf(spent: Batch | undefined): ArrayBuffer | undefined {
  if (spent === undefined || !isBare(spent.inputs)) return undefined;
  const { buffer, byteLength } = spent.inputs.data as Float32Array;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0 ? buffer : undefined;
}
