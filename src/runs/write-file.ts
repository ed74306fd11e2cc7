import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OnwardError } from "../core/index.ts";

/** Windows refuses to replace a file that a virus scanner or an indexer has open; they let go soon. */
const busy = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed over it.
 *
 * A reader, or the next start after a power cut, finds the old content or the new, never a part.
 *
 * @throws OnwardError `file` when it cannot be written; nothing is left behind then
 *
 * @example
 * ```ts
 * import { writeFile } from "onward/runs";
 * await writeFile("notes.txt", "all of this, or nothing");
 * ```
 */
export async function writeFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new OnwardError("file", {
      expected: "to write a file",
      got: (cause as Error).message,
      where: path,
      cause,
    });
  }
}

async function replace(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (cause) {
      const { code = "" } = cause as NodeJS.ErrnoException;
      if (process.platform !== "win32" || !busy.has(code) || wait > 1000) throw cause;
      await sleep(wait);
    }
  }
}
