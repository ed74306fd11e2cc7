import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OnwardError, parse, show, stringify } from "../core/index.ts";
import { makeFolder } from "./make-folder.ts";

/** A checkpoint's files, by name, and what is said of them. */
export interface CheckpointContent {
  /** Steps taken when it was made: later ones have more. */
  readonly step: number;
  /** The epoch that ended with it, if one did: it comes after one of the same step without. */
  readonly endOfEpoch?: number | undefined;
  readonly record: Readonly<Record<string, unknown>>;
  /** Each file in parts, one after the other: it need not be put together in memory. */
  readonly files: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** A checkpoint that was read. */
export interface Checkpoint extends Omit<CheckpointContent, "files"> {
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const recordFile = "state.json";
const format = 1;

/**
 * Keeps checkpoints in a folder, each in a folder of its own: `step-000000123`, or `step-000000123-epoch-2` at an epoch's end.
 *
 * A checkpoint is written into a hidden folder, flushed, and then renamed, so that it is there whole or not at all, whenever the
 * process dies. Its record names the size and the SHA-256 of every file, so that damage shows when it is read.
 */
export class CheckpointFolder {
  readonly path: string;

  /** @param path - made when the first checkpoint is written */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * Writes a checkpoint, over an earlier one of the same step.
   *
   * @returns its path
   * @throws OnwardError `file` when it cannot be written; the others stay as they are
   */
  async write({ step, endOfEpoch, record, files }: CheckpointContent): Promise<string> {
    const number = String(step).padStart(9, "0");
    const name = endOfEpoch === undefined ? `step-${number}` : `step-${number}-epoch-${endOfEpoch}`;
    const path = join(this.path, name);
    const temporary = join(this.path, `.${name}.tmp`);
    try {
      await makeFolder(this.path);
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary);
      const described: Record<string, object> = {};
      for (const [file, parts] of files) {
        const bytes = parts.reduce((sum, { length }) => sum + length, 0);
        described[file] = { bytes, sha256: sha256(parts) };
        await writeThrough(join(temporary, file), parts);
      }
      const whole = { checkpoint: format, step, endOfEpoch, files: described, ...record };
      await writeThrough(join(temporary, recordFile), [`${stringify(whole, 2)}\n`]);
      await rm(path, { recursive: true, force: true });
      await rename(temporary, path);
      return path;
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
      const got = (cause as Error).message;
      throw new OnwardError("file", { expected: "to write a checkpoint", got, where: path, cause });
    }
  }

  /** The paths of the checkpoints, the newest first. */
  async list(): Promise<string[]> {
    const entries = await readdir(this.path).catch((): string[] => []);
    return entries
      .filter((name) => /^step-\d{9,}(-epoch-\d+)?$/.test(name))
      .sort()
      .reverse()
      .map((name) => join(this.path, name));
  }

  /** Reads a checkpoint's record alone. @throws OnwardError `file` when it is none, or damaged */
  static async record(path: string): Promise<Record<string, unknown>> {
    const where = join(path, recordFile);
    let record: unknown;
    try {
      record = parse(await readFile(where, "utf8"));
    } catch (cause) {
      throw new OnwardError("file", { expected: "a checkpoint's record", got: (cause as Error).message, where, cause });
    }
    const version = (record as { checkpoint?: unknown } | null)?.checkpoint;
    if (version !== format) {
      const expected = `a checkpoint of version ${format}`;
      throw new OnwardError("file", { expected, got: show(version), where, advice: "a newer release may read it" });
    }
    return record as Record<string, unknown>;
  }

  /** Reads a checkpoint, and checks every file of it. @throws OnwardError `file` when it is none, or damaged */
  static async read(path: string): Promise<Checkpoint> {
    const { step, endOfEpoch, files: described, ...record } = await CheckpointFolder.record(path);
    const files = new Map<string, Uint8Array>();
    for (const [file, entry] of Object.entries((described ?? {}) as Record<string, unknown>)) {
      const { bytes, sha256: hash } = (entry ?? {}) as Record<string, unknown>;
      const where = join(path, file);
      // A name with a way out of the folder is none that this library wrote.
      if (!/^[a-z]+\.safetensors$/.test(file)) {
        throw new OnwardError("file", { expected: "the name of a checkpoint's file", got: show(file), where: path });
      }
      const content = await readFile(where).catch((cause: unknown) => {
        throw new OnwardError("file", { expected: "a checkpoint's file", got: (cause as Error).message, where, cause });
      });
      if (content.length !== bytes || sha256([content]) !== hash) {
        const expected = `${show(bytes)} bytes with the hash that the checkpoint's record names`;
        throw new OnwardError("file", { expected, got: `${content.length} other bytes`, where });
      }
      files.set(file, content);
    }
    return { path, step: Number(step), endOfEpoch: endOfEpoch as number | undefined, record, files };
  }

  /** Removes checkpoints, each at once: it disappears before its files do. */
  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const gone = join(dirname(path), `.${basename(path)}.gone`);
      await rm(gone, { recursive: true, force: true });
      await rename(path, gone);
      await rm(gone, { recursive: true, force: true });
    }
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

async function writeThrough(path: string, parts: readonly (Uint8Array | string)[]): Promise<void> {
  const handle = await open(path, "wx");
  try {
    // Each goes on where the one before ended.
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
