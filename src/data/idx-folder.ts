import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { OnwardError } from "../core/index.ts";
import { idx, type IdxSource } from "./idx.ts";
import type { Standardization } from "./standardization.ts";
import type { Source } from "./source.ts";

/** A data set in parts: one to learn from, one to judge by, and perhaps one for the end. */
export type TrainVal<S extends Source = Source> = {
  readonly train: S;
  readonly val: S;
  readonly test?: S;
};

export interface IdxFolderOptions {
  /** The name of each class; "0", "1", ... up to the highest train label if absent. */
  readonly classNames?: readonly string[];
  /** How to turn raw values into inputs; measured on the train images if absent. */
  readonly preprocessing?: Standardization;
  /** What errors and run records call it; `idx:` and the folder if absent. */
  readonly name?: string;
}

/**
 * Makes the train and val sources from a folder with MNIST's four file names.
 *
 * The names are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`,
 * also with a dot before `idx`, another rank or type, or `.gz` at the end. The classes and the preprocessing are those of
 * train: val labels beyond them are an error.
 *
 * @throws OnwardError `file` when a file is absent or malformed, and what `idx` throws
 *
 * @example
 * ```ts
 * import { idxFolder } from "onward/data";
 * const { train, val } = await idxFolder("fashion-mnist");
 * ```
 */
export async function idxFolder(folder: string, options: IdxFolderOptions = {}): Promise<TrainVal<IdxSource>> {
  const name = options.name ?? `idx:${folder}`;
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (cause) {
    throw new OnwardError("file", {
      expected: "a folder with IDX files",
      got: "none that can be read",
      where: folder,
      cause,
    });
  }
  const find = (part: string, kind: string): string => {
    const pattern = new RegExp(`^${part}-${kind}[-.]idx\\d+-\\w+(\\.gz)?$`);
    // The shortest name first: the plain file where both it and its .gz are there.
    const [file] = files.filter((candidate) => pattern.test(candidate)).sort((a, b) => a.length - b.length);
    if (file !== undefined) return join(folder, file);
    throw new OnwardError("file", {
      expected: `a file named ${part}-${kind}-idx${kind === "images" ? 3 : 1}-ubyte, or the same with .gz`,
      got: "none",
      where: folder,
    });
  };
  const paths = {
    train: [find("train", "images"), find("train", "labels")],
    val: [find("t10k", "images"), find("t10k", "labels")],
  } as const;
  const train = await idx(...paths.train, { ...options, name: `${name} (train)` });
  const { classNames, preprocessing } = train;
  const val = await idx(...paths.val, {
    name: `${name} (val)`,
    ...(classNames && { classNames }),
    preprocessing,
  });
  checkSameShape(train, val);
  return { train, val };
}

function checkSameShape(train: Source, val: Source): void {
  const [expected, got] = [JSON.stringify(train.sampleShape), JSON.stringify(val.sampleShape)];
  if (expected === got) return;
  throw new OnwardError("data", {
    expected: `val samples of train's shape ${expected}`,
    got,
    where: val.name ?? "val",
  });
}
