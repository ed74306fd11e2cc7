import { access } from "node:fs/promises";
import { join } from "node:path";
import { OnwardError, show } from "../core/index.ts";
import { arrays } from "./arrays.ts";
import type { TrainVal } from "./idx-folder.ts";
import { readNpy } from "./npy-file.ts";
import { stratifiedSplit } from "./split.ts";
import { subset } from "./subset.ts";

export interface NpyFolderOptions {
  /** The share of the samples that becomes val where there are no val files; 0.2 if absent. */
  readonly valFraction?: number;
  /** What that split follows from; 0 if absent. */
  readonly splitSeed?: number;
  /** The classes by index; "0", "1", ... up to the highest label if absent. */
  readonly classNames?: readonly string[];
}

/**
 * Makes train and val sources of NPY files: `inputs.npy` and `labels.npy`, split by seed with the same share of each class, or
 * `train-inputs.npy`, `train-labels.npy`, `val-inputs.npy` and `val-labels.npy`; and perhaps `test-inputs.npy` and `test-labels.npy`.
 *
 * Inputs are taken as they are, doubles as float32. Labels are integers, one for each sample.
 *
 * @throws OnwardError `file` when a file is absent or malformed, `data` when counts differ or a label is no class
 */
export async function npyFolder(folder: string, options: NpyFolderOptions = {}): Promise<TrainVal> {
  const name = `npy:${folder}`;
  const has = async (file: string): Promise<boolean> =>
    access(join(folder, file)).then(
      () => true,
      () => false,
    );
  const read = async (prefix: string) => {
    const inputs = await readNpy(join(folder, `${prefix}inputs.npy`));
    const labels = await readNpy(join(folder, `${prefix}labels.npy`));
    if (labels.dims.length !== 1 || labels.values instanceof Float32Array || labels.values instanceof Float64Array) {
      const got = `${Object.prototype.toString.call(labels.values).slice(8, -1)} of shape ${show([...labels.dims])}`;
      const where = join(folder, `${prefix}labels.npy`);
      throw new OnwardError("data", { expected: "a list of integer labels", got, where });
    }
    const values = inputs.values instanceof Float64Array ? Float32Array.from(inputs.values) : inputs.values;
    return { inputs: { data: values, dims: inputs.dims }, labels: Array.from(labels.values, Number) };
  };
  const split = await has("train-inputs.npy");
  const whole = await read(split ? "train-" : "");
  const highest = whole.labels.reduce((most, label) => Math.max(most, label), 0);
  const classNames = options.classNames ?? Array.from({ length: highest + 1 }, (_, i) => String(i));
  const test = (await has("test-inputs.npy")) && {
    test: arrays({ ...(await read("test-")), classNames, name: `${name} (test)` }),
  };
  if (split) {
    const train = arrays({ ...whole, classNames, name: `${name} (train)` });
    return { train, val: arrays({ ...(await read("val-")), classNames, name: `${name} (val)` }), ...test };
  }
  const all = arrays({ ...whole, classNames, name });
  const { valFraction = 0.2, splitSeed = 0 } = options;
  const parts = stratifiedSplit(whole.labels, { fraction: valFraction, seed: splitSeed, name });
  return { train: subset(all, parts.train, `${name} (train)`), val: subset(all, parts.val, `${name} (val)`), ...test };
}
