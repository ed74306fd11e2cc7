import { OnwardError, show } from "../core/index.ts";
import { arrays } from "./arrays.ts";
import { elementsOf } from "./elements.ts";
import { readIdx, type IdxFile } from "./idx-file.ts";
import { measure } from "./measure.ts";
import { preprocess, type Standardization } from "./standardization.ts";
import type { Source } from "./source.ts";

export interface IdxOptions {
  /** The name of each class; "0", "1", ... up to the highest label if absent. */
  readonly classNames?: readonly string[];
  /** How to turn raw values into inputs; if absent, it is measured on these very images. */
  readonly preprocessing?: Standardization;
  /** What errors and run records call the data set; the images' path if absent. */
  readonly name?: string;
}

/** A source of IDX files, which says how its values were standardised. */
export interface IdxSource extends Source {
  readonly preprocessing: Standardization;
}

/** More classes than this come of a file that does not hold class labels. */
const mostClasses = 2 ** 16;

/**
 * Makes a source from a pair of IDX files: images and labels.
 *
 * Images of shape [N, H, W] become samples of shape [1, H, W]; [N, C, H, W] and [N, features] stay as they are. Values
 * become float32, standardised per channel: `(raw * scale - mean) / deviation`, scale 1/255 for bytes and 1 for other types.
 *
 * @throws OnwardError `file` when a file is absent or malformed, `data` when counts differ, there are no samples, a label is
 * outside the classes, or a value is NaN
 *
 * @example
 * ```ts
 * import { idx } from "onward/data";
 * const train = await idx("fashion-mnist/train-images-idx3-ubyte", "fashion-mnist/train-labels-idx1-ubyte");
 * train.size; // 60000
 * ```
 */
export async function idx(images: string, labels: string, options: IdxOptions = {}): Promise<IdxSource> {
  const [imageFile, labelFile] = await Promise.all([readIdx(images), readIdx(labels)]);
  const { dims } = elementsOf({ data: imageFile.values, dims: imageFile.dims }, images);
  if (dims.length < 2) {
    throw new OnwardError("file", {
      expected: "images with a dimension that counts the samples and at least one more",
      got: `shape ${show([...dims])}`,
      where: images,
    });
  }
  const classNames = options.classNames ?? numbered(labelFile, labels);
  const sampleShape = dims.length === 3 ? [1, ...dims.slice(1)] : dims.slice(1);
  const channels = dims.length === 4 ? (dims[1] as number) : 1;
  const preprocessing = options.preprocessing ?? measure(imageFile.values, sampleShape, channels);
  const source = arrays({
    // Converted once: copying float32 rows is three times as fast as looking bytes up at each read.
    inputs: {
      data: preprocess(imageFile.values, sampleShape, preprocessing),
      dims: [dims[0] as number, ...sampleShape],
    },
    labels: { data: labelFile.values, dims: labelFile.dims },
    classNames,
    name: options.name ?? images,
  });
  return { ...source, preprocessing };
}

function numbered({ values, dims }: IdxFile, path: string): string[] {
  if (values instanceof Float32Array || values instanceof Float64Array || dims.length !== 1) {
    throw new OnwardError("file", {
      expected: "a list of integer labels",
      got: `${Object.prototype.toString.call(values).slice(8, -1)} of shape ${show([...dims])}`,
      where: path,
    });
  }
  let highest = 0;
  for (const [row, label] of values.entries()) {
    if (label < 0 || label >= mostClasses) {
      throw new OnwardError("data", {
        expected: `label to be in [0, ${mostClasses})`,
        got: String(label),
        where: `${path}, row ${row}`,
      });
    }
    if (label > highest) highest = label;
  }
  return Array.from({ length: highest + 1 }, (_, i) => String(i));
}
