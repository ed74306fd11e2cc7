import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { OnwardError, show } from "../core/errors.ts";
import type { Model } from "./model.ts";
import { readModel } from "./read.ts";

/** One protobuf message holds no more than this. */
const limit = 2 ** 31 - 1;

/**
 * Reads a model and its external data from files.
 *
 * External data is read only from regular files inside the model's folder, links followed before that is decided.
 *
 * @throws OnwardError `file` when a file is absent, unreadable or too large, `model` when it is no valid ONNX model
 */
export function readModelFile(path: string): Model {
  const bytes = readPart(path, 0, undefined, path);
  return readModel(bytes, {
    name: path,
    external: (location, offset, length, tensor) => {
      const where = `tensor ${show(tensor)} of ${path}`;
      return readPart(insideFolder(dirname(path), location, where), offset, length, where);
    },
  });
}

function insideFolder(folder: string, location: string, where: string): string {
  const outside = () =>
    new OnwardError("file", { expected: "external data inside the model's folder", got: show(location), where });
  if (isAbsolute(location) || location.split(/[\\/]/).includes("..")) throw outside();
  const target = resolve(folder, location);
  let real: string;
  try {
    real = realpathSync(target);
  } catch (cause) {
    throw new OnwardError("file", {
      expected: `external data file ${show(location)} to be there`,
      got: "no such file",
      where,
      cause,
    });
  }
  const path = relative(realpathSync(folder), real);
  if (path.startsWith("..") || isAbsolute(path)) throw outside();
  return real;
}

function readPart(path: string, offset: number, length: number | undefined, where: string): Uint8Array {
  try {
    // Before opening: opening a pipe would wait for ever.
    if (!statSync(path).isFile()) throw new OnwardError("file", { expected: "a regular file", got: show(path), where });
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const wanted = length ?? size - offset;
      if (wanted < 0 || offset + wanted > size) {
        throw new OnwardError("file", {
          expected: `${offset + Math.max(wanted, 0)} bytes in ${show(path)}`,
          got: String(size),
          where,
        });
      }
      if (wanted > limit)
        throw new OnwardError("file", { expected: "at most 2 GiB in one piece", got: `${wanted} bytes`, where });
      const bytes = new Uint8Array(wanted);
      let done = 0;
      while (done < wanted) {
        const count = readSync(file, bytes, done, wanted - done, offset + done);
        if (count === 0)
          throw new OnwardError("file", { expected: `${wanted} bytes`, got: `${done}, then the file's end`, where });
        done += count;
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof OnwardError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const got = code === "ENOENT" ? "no such file" : code === "EACCES" ? "no permission to read it" : code;
    throw new OnwardError("file", {
      expected: `to read ${show(path)}`,
      got,
      ...(where === path ? {} : { where }),
      cause,
    });
  }
}
